public import GatewayCore
public import Logging

/// An acquisition process as a Liaison backend: its commands, status and events for pages and programs that speak Liaison.
///
/// Clients find, beside what the program registers with the companion itself:
///
/// - `rpc.send(command, data, customCommand)`: gives a command and returns the reply, which of a command that takes longer
///   says that it is pending; `rpc.perform(command, data, customCommand, timeout)` waits for the result, while further
///   requests of the same client go on. The command is a name of the map, in any spelling, or a number.
/// - `rpc.status`, `rpc.configuration`: asked for when they are read, four times a second at most.
/// - `rpc.events`: the last events, the newest last. `rpc.liveness`: `online`, `stale`, `connected` (no heartbeat yet) or `offline`. `rpc.commands`: names.
/// - `rpc.subscribe(topics)`, `rpc.unsubscribe(topics)`: sends what is published on a topic, or on several, to the client that
///   asked, as `{"topic": "event", "payload": {…}, "tag": "event", "evt": {"id": "push:event"}}`.
///
/// `rpc:send` is the same as `rpc.send`.
public struct LiaisonGateway: Gateway {
    /// What the gateway is called.
    public let name = "liaison"
    /// The server, with the companion.
    public let server: LiaisonServer
    private let settings: LiaisonGatewaySettings
    private let client: RpcClient
    private let messages: RpcMessages
    private let print: @Sendable (String) -> Void

    /// A gateway.
    ///
    /// - Parameters:
    ///   - settings: what it is told.
    ///   - client: where the acquisition process is reached.
    ///   - companion: what the program registered; nil for nothing.
    ///   - logger: what it logs to.
    ///   - print: puts a marker out, on standard output and at once, without ending the line.
    /// - Throws: `GatewayError` of the code `badValue` where the companion has a name that the gateway needs.
    public init(
        settings: LiaisonGatewaySettings = LiaisonGatewaySettings(),
        client: RpcClient,
        companion: LiaisonCompanion? = nil,
        logger: Logger,
        print: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(GatewayError) {
        self.settings = settings
        self.client = client
        self.print = print
        messages = RpcMessages(most: settings.events)
        let companion = companion ?? LiaisonCompanion(limits: settings.store)
        let commands = RpcCommands(client: client, settings: settings.gateway, logger: logger)
        try companion.register(commands)
        try companion.register(RpcValues(client: client), of: client)
        try companion.register(messages)
        let options = LiaisonServer.Options(
            listen: settings.gateway.listen,
            limits: settings.gateway.limits,
            admission: settings.admission
        )
        server = LiaisonServer(companion: companion, options: options, logger: logger)
    }

    /// Binds, serves until the task is cancelled, and closes everything. Prints the markers where the settings say so.
    public func run(onListening: @escaping @Sendable (ListenAddress) -> Void) async throws {
        let bound = Bound()
        defer { if let address = bound.address, settings.printMarkers { print(LiaisonMarkers.stopped(address)) } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await message in client.messages() { messages.received(message) }
                // The client was closed; whoever asks is told.
            }
            group.addTask {
                try await server.run { address in
                    bound.address = address
                    if settings.printMarkers { print(LiaisonMarkers.started(address)) }
                    onListening(address)
                }
                throw CancellationError()
            }
            do { while try await group.next() != nil {} } catch is CancellationError {}
        }
    }
}
