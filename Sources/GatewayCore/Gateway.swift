/// A server of another system's protocol in front of an acquisition process.
///
/// ```swift
/// let gateway = try DareplaneGateway(settings: settings, client: client, logger: logger)
/// try await gateway.run()   // until the task is cancelled
/// ```
///
/// In a group of swift-service-lifecycle, `LifecycleService(gateway.name) { try await gateway.run() }` of the product
/// AcquisitionLifecycle ends it with the group.
public protocol Gateway: Sendable {
    /// What the gateway is called in logs: `dareplane`, `ibl`, `liaison`.
    var name: String { get }

    /// Binds, serves until the task is cancelled, and closes everything: nothing of the gateway lives on.
    ///
    /// - Parameter onListening: called once, with the address at which peers reach the gateway.
    /// - Throws: ``GatewayError`` where it cannot bind. What peers do wrong is no reason to end.
    func run(onListening: @escaping @Sendable (ListenAddress) -> Void) async throws
}

extension Gateway {
    /// Binds, serves until the task is cancelled, and closes everything.
    ///
    /// - Throws: ``GatewayError`` where it cannot bind.
    public func run() async throws { try await run { _ in } }
}
