public import AcquisitionRPC
public import ServiceLifecycle

/// A part of an acquisition process as a service of swift-service-lifecycle: it ends when its group is shut down
/// gracefully, as on SIGTERM.
///
/// ```swift
/// let group = ServiceGroup(
///     services: [
///         LifecycleService(service),
///         LifecycleService(client),
///         LifecycleService("dareplane") { try await gateway.run() },
///     ],
///     gracefulShutdownSignals: [.sigterm, .sigint],
///     logger: logger
/// )
/// try await group.run()
/// ```
///
/// A group shuts its services down one after another, the last one first. Name the service first, so that it outlives what
/// uses it and its last words are heard.
public struct LifecycleService: ServiceLifecycle.Service, CustomStringConvertible {
    /// What the group's log calls it.
    public let description: String
    private let body: @Sendable () async throws -> Void

    /// Starts `service` and serves until the shutdown, which stops it as `stop()` does: within 2 seconds, pending commands
    /// are answered as FAILED, the audit file gets its last entry.
    ///
    /// - Note: `run()` throws `RpcServiceError` where the service cannot start.
    public init(_ service: any RpcService) {
        self.init("RpcService \(service.options.identifier)") { try await service.run() }
    }

    /// Keeps `client` open until the shutdown, and closes it then: what is under way fails, its sequences end.
    public init(_ client: RpcClient) {
        description = "RpcClient"
        body = {
            defer { client.close() }
            do { try await gracefulShutdown() } catch is CancellationError { return }
        }
    }

    /// Runs `body` until the shutdown, and cancels it then. For what runs until its task is cancelled, as the gateways do.
    ///
    /// - Parameter name: what the group's log calls it.
    public init(_ name: String, _ body: @escaping @Sendable () async throws -> Void) {
        description = name
        self.body = {
            do {
                try await cancelWhenGracefulShutdown(body)
            } catch is CancellationError where Task.isShuttingDownGracefully || Task.isCancelled {
                // The end that was asked for.
            }
        }
    }

    /// Runs until the shutdown, until the task is cancelled, or until the part ends by itself.
    ///
    /// - Throws: what the part throws.
    public func run() async throws { try await body() }
}
