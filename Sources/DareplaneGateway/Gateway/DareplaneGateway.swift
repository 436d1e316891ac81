public import GatewayCore
public import Logging

/// An acquisition process as a Dareplane module: what control rooms ask becomes commands, and events become callbacks to
/// other modules.
///
/// ```swift
/// let gateway = try DareplaneGateway(client: client, logger: logger)
/// try await gateway.run()   // until the task is cancelled, or a control room sends CLOSE
/// ```
///
/// The protocol has no reply: a command that is not mapped, is refused, or fails, is logged, here and with the control room
/// (``DareplaneGatewaySettings/logServer``), and told to the module ``DareplaneGatewaySettings/resultTo`` where there is
/// one. `UP` is answered while the acquisition process is there. `STOP` ends the waiting for the results of all commands (what
/// the process has begun, it goes on with), and gives the command that `STOP` stands for: to stop the acquisition, unless
/// the map says otherwise. `CLOSE` ends the gateway when the last connection is gone, and not the acquisition process.
public struct DareplaneGateway: Gateway {
    /// `dareplane`
    public var name: String { "dareplane" }
    /// The module that control rooms see. It calls other modules, too.
    public let module: ModuleServer
    private let relay: EventRelay
    private let records: LogRecordSender?

    /// A gateway that gives its commands through `client`.
    ///
    /// - Throws: `GatewayError` of the code `badValue` where the map has a name that no control room could give.
    public init(
        settings: DareplaneGatewaySettings = DareplaneGatewaySettings(),
        client: RpcClient,
        logger: Logger
    ) throws(GatewayError) {
        records = settings.logServer.map { LogRecordSender(to: $0, name: settings.name) }
        let logger = logger.sending(through: records, name: settings.name)
        let presence = ServicePresence(client)
        module = ModuleServer(
            name: settings.name,
            settings: ModuleServerSettings(
                listen: settings.gateway.listen,
                limits: settings.gateway.limits,
                idle: settings.idle,
                gap: settings.gap
            ),
            logger: logger,
            // A control room waits for 0.1 s (`protocol/dareplane.md`, D22).
            isAlive: { await presence.isThere(within: .milliseconds(80)) }
        )
        relay = EventRelay(client: client, rules: settings.callbacks, logger: logger)
        let commands = DareplaneCommands(
            giver: CommandGiver(
                client: client,
                map: settings.gateway.map,
                role: settings.gateway.role,
                logger: logger
            ),
            resultTo: settings.resultTo,
            logger: logger
        )
        for name in settings.gateway.map.names {
            try module.on(name) { [weak module] call in try await commands.give(call, by: module) }
        }
    }

    /// Listens and serves until the task is cancelled, or until a control room sent CLOSE and the last one is gone.
    public func run(onListening: @escaping @Sendable (ListenAddress) -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { await relay.run(call) }
            if let records { group.addTask { await records.run() } }
            try await module.run(onListening: onListening)
        }
    }

    @Sendable private func call(_ message: EventRelay.Message) async throws {
        guard let arguments = message.data.object else {
            throw GatewayError(
                .badValue,
                "The arguments of '\(message.name)' are \(message.data.kindInWords), not an object"
            )
        }
        try await module.callModule(message.target, message.name, arguments)
    }

    /// Asks another module for something, by way of the control room.
    ///
    /// - Throws: `GatewayError`, as ``ModuleServer/callModule(_:_:_:)`` says.
    public func callModule(_ module: String, _ name: String, _ arguments: JSONObject = [:]) async throws {
        try await self.module.callModule(module, name, arguments)
    }
}
