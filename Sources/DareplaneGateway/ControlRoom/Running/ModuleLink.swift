import GatewayCore
import Logging

/// The connection to a module, while it stands: commands go in from anywhere and are sent one after another.
struct ModuleLink: Sendable {
    private let connection: ModuleConnection
    private let outbox: Outbox<String>

    /// - Parameters:
    ///   - connection: what the commands go over.
    ///   - capacity: how many may wait.
    init(_ connection: ModuleConnection, capacity: Int) {
        self.connection = connection
        outbox = Outbox(capacity: capacity)
    }

    /// Gives a command to be sent.
    ///
    /// - Throws: `GatewayError` of the code `notConnected` where so many wait that the connection is given up.
    func put(_ text: String) throws(GatewayError) {
        guard outbox.put(text) else {
            throw GatewayError(.notConnected, "the module at \(connection.address) does not read what it is sent")
        }
    }

    /// Sends what is put in, until something is wrong with the connection or the task is cancelled.
    ///
    /// - Throws: `GatewayError`.
    func send() async throws {
        try await outbox.drain { try await connection.send(text: $0) }
        try Task.checkCancellation()
        throw GatewayError(.notConnected, "it does not read what it is sent")
    }
}
