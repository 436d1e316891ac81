import GatewayCore
import IBLGateway
import Logging

/// A logger that says nothing.
let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension ConversationSettings {
    /// For tests that are not about time: a busy machine may take its time.
    static let patient = ConversationSettings(echoTimeout: .seconds(10))
}

extension Communicator {
    /// A server of a test, on a port that is free.
    static func server(
        _ transport: RigURI.Transport,
        settings: ConversationSettings = .patient,
        limits: GatewayLimits = GatewayLimits()
    ) -> Communicator {
        let uri = RigURI(transport, port: 0)
        return Communicator(.server, at: uri, settings: settings, limits: limits, logger: quiet)
    }

    /// A client of a test.
    static func client(_ uri: RigURI, settings: ConversationSettings = .patient) -> Communicator {
        Communicator(.client, at: uri, settings: settings, logger: quiet)
    }

    /// Answers every message with one of the same event, as rigs do.
    func answer(with data: JSONValue) {
        onMessage { [weak self] event in
            guard event.message.event != .error else { return }
            try await self?.send(RigMessage(event.message.event, [data]), to: event.peer)
        }
    }
}

/// A server and a client of it, both running.
func withPair(
    _ transport: RigURI.Transport,
    settings: ConversationSettings = .patient,
    _ body: @escaping @Sendable (_ server: Communicator, _ client: Communicator) async throws -> Void
) async throws {
    let server = Communicator.server(transport, settings: settings)
    try await server.whileRunning { uri in
        let client = Communicator.client(uri, settings: settings)
        try await client.whileRunning { _ in try await body(server, client) }
    }
}

/// Waits until something is so.
func until(_ isSo: () -> Bool) async throws {
    while !isSo() { try await Task.sleep(for: .milliseconds(2)) }
}
