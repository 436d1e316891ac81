import AcquisitionRPC
public import Logging

/// Several gateways that run together.
public struct GatewayGroup: Sendable {
    private let gateways: [any Gateway]
    private let logger: Logger

    /// A group.
    public init(_ gateways: [any Gateway], logger: Logger) {
        self.gateways = gateways
        self.logger = logger.safe
    }

    /// Runs all of them until the task is cancelled. Where one cannot go on, all end: a rig that is half reachable is worse
    /// than one that is restarted.
    ///
    /// - Parameter onListening: called with the name and the address of each.
    /// - Throws: the error of the first that failed, with its name.
    public func run(onListening: @escaping @Sendable (_ name: String, ListenAddress) -> Void = { _, _ in }) async throws
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for gateway in gateways {
                group.addTask { [logger] in
                    do {
                        try await gateway.run { address in
                            address.tellIfLoopback { Self.tell(gateway.name, address, isLoopback: $0, logger) }
                            onListening(gateway.name, address)
                        }
                    } catch let error as GatewayError {
                        throw GatewayError(error.code, "\(gateway.name): \(error.message)")
                    }
                }
            }
            // The first that ends with an error ends all; to wait for all would be to wait for those that go on.
            while try await group.next() != nil {}
        }
    }

    private static func tell(_ name: String, _ address: ListenAddress, isLoopback: Bool, _ logger: Logger) {
        if isLoopback {
            logger.notice("\(name) listens", metadata: ["address": "\(address)"])
        } else {
            logger.warning(
                "\(name) listens for other machines too, and does not know who asks",
                metadata: ["address": "\(address)"]
            )
        }
    }
}
