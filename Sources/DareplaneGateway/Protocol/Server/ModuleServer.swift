public import AcquisitionRPC
public import GatewayCore
public import Logging
import NIOCore
import Synchronization

/// A Dareplane module: carries out what control rooms ask, and calls other modules through them.
///
/// ```swift
/// let module = ModuleServer(name: "acquisition", logger: logger)
/// try module.on("START", keywords: ["block"]) { call in try await start(call.argument("block")) }
/// try await module.run()   // until the task is cancelled, or a control room sends CLOSE
/// ```
///
/// Everything is answered as the real module answers it (`protocol/dareplane.md`, section A), and nothing that a peer
/// sends, and no command that fails, ends the module. Several control rooms may be connected at once.
///
/// The protocol has no reply to an ordinary command: what is refused, or fails, is logged.
///
/// - `STOP` cancels the tasks of all commands under way, of all connections; then the command `STOP` of the program's own
///   is carried out, where there is one.
/// - `CLOSE` closes nothing that is open (D7): the module takes no new connections from then on, and ``run(onListening:)``
///   ends when the last connection is gone.
public final class ModuleServer: Sendable {
    /// How the module calls itself in its greeting. Control rooms call it by the name in their configuration.
    public let name: String
    let settings: ModuleServerSettings
    let logger: Logger
    /// For what a control room does every few seconds.
    let repeats: RepeatLogger
    /// Whether a sign of life is given to who asks for it.
    let isAlive: @Sendable () async -> Bool
    let underWay = CommandsUnderWay()
    private let table = Mutex(ModuleCommandTable())
    private let rooms = Mutex(Rooms())

    private struct Rooms {
        var connected = ControlRooms<ModuleSession>()
        var isClosing = false
        var end: AsyncStream<Void>.Continuation?

        mutating func endIfClosed() {
            if isClosing, connected.count == 0 { end?.finish() }
        }
    }

    /// A module without commands of its own.
    ///
    /// - Parameters:
    ///   - name: the module's name, which callbacks begin with.
    ///   - settings: where it listens, and its limits.
    ///   - logger: what is logged with.
    ///   - isAlive: whether `UP` is answered: whether what the module stands for is there. A control room waits for 0.1 s; a
    ///     module that does not answer is shown as down.
    public init(
        name: String,
        settings: ModuleServerSettings = ModuleServerSettings(),
        logger: Logger,
        isAlive: @escaping @Sendable () async -> Bool = { true }
    ) {
        self.name = name
        self.settings = settings
        self.isAlive = isAlive
        repeats = RepeatLogger(logger, pause: .seconds(60))
        self.logger = logger.safe
    }

    // MARK: - Commands

    /// Says what carries a command out. May be called at any time; the last one counts.
    ///
    /// The commands of one connection begin in the order in which they came, each in a task of its own, on one thread at a
    /// time: what waits holds nobody up, what computes for long holds up this connection's commands.
    ///
    /// - Parameters:
    ///   - name: the command, as control rooms write it.
    ///   - keywords: the keywords that it knows: a call with any other one is refused. Nil to take every one.
    ///   - handler: carries it out, until its task is cancelled.
    /// - Throws: `GatewayError` of the code `badValue` for a name that no control room could give, or that is one of the
    ///   two built-in commands that cannot be added to: `GET_PCOMMS`, `UP`.
    public func on(
        _ name: String,
        keywords: [String]? = nil,
        _ handler: @escaping @Sendable (ModuleCall) async throws -> Void
    ) throws(GatewayError) {
        let entry = ModuleCommandTable.Entry(keywords: keywords, handler: handler)
        try table.withLock { (table) throws(GatewayError) in try table.set(name, entry) }
    }

    /// The answer to GET_PCOMMS.
    var list: String { table.withLock { $0.list } }

    func entry(for command: PCOMM) throws(GatewayError) -> ModuleCommandTable.Entry {
        try table.withLock { (table) throws(GatewayError) in try table.entry(for: command) }
    }

    func handler(named name: String) -> ModuleCommandTable.Handler? { table.withLock { $0[name]?.handler } }

    var wireLimits: WireLimits { WireLimits(size: settings.limits.messageSize) }

    /// Whether bytes are a command that this module knows, complete with its payload.
    func isCommand(_ bytes: [UInt8]) -> Bool {
        switch ModuleCommand(bytes, limits: wireLimits) {
        case .list, .signOfLife, .stop, .close: true
        case .run(let command): table.withLock { $0[command.name] != nil }
        case .undecodable, .refused: false
        }
    }

    // MARK: - Callbacks

    /// Asks another module for something, by way of the control room: `module|NAME|{…}` over its open connection.
    ///
    /// Callbacks go out one after another, apart from everything else (``ModuleServerSettings/gap``). The control room
    /// says nothing of what becomes of them (`protocol/dareplane.md`, D31).
    ///
    /// Which connection is a control room's, nobody says: the last one that asked for the commands is taken; where none
    /// did, the last that gave one; where none did, the last that asked for a sign of life; or the only one.
    ///
    /// - Parameters:
    ///   - module: the module's name in the control room's configuration.
    ///   - name: what it is to do.
    ///   - arguments: the keyword arguments.
    /// - Throws: `GatewayError`: `notConnected` while no control room is connected, `badMessage` for names that cannot
    ///   be sent, `busy` where too many wait already.
    public func callModule(_ module: String, _ name: String, _ arguments: JSONObject = [:]) async throws {
        let text = try Callback(module: module, PCOMM(name, arguments)).text()
        let (session, count) = rooms.withLock { ($0.connected.current, $0.connected.count) }
        guard let session else {
            let reason =
                count == 0
                ? "no control room is connected"
                : "of \(count) connections none has given or asked for a command, as a control room does"
            throw GatewayError(.notConnected, "'\(name)' cannot be sent to '\(module)': \(reason)")
        }
        try await session.send(callback: text)
    }

    // MARK: - Serving

    /// Listens and serves until the task is cancelled or, after a control room sent CLOSE, the last connection is gone.
    /// Commands that are under way then are cancelled and waited for. One at a time.
    ///
    /// - Parameter onListening: called once, with the address at which control rooms reach the module.
    /// - Throws: `GatewayError` of the code `cannotListen`.
    public func run(onListening: @escaping @Sendable (ListenAddress) -> Void = { _ in }) async throws {
        let listener = try await TCPListener.bind(settings.listen, limits: settings.limits, logger: logger)
        let (ending, end) = AsyncStream.makeStream(of: Void.self)
        rooms.withLock { $0 = Rooms(end: end) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await self.serve(listener) }
            group.addTask { for await _ in ending {} }
            onListening(listener.address)
            try await group.next()
        }
    }

    private func serve(_ listener: TCPListener) async throws {
        try await listener.serve { [self] channel in
            let callbacks = InFlight(most: settings.limits.queuedPerConnection)
            let splitter = CommandSplitter(idle: settings.idle, sizeLimit: settings.limits.messageSize) { [weak self] in
                self?.isCommand($0) ?? false
            }
            try channel.pipeline.syncOperations.addHandler(
                ModuleServerHandler(splitter, gap: settings.gap, callbacks: callbacks)
            )
            return (try ModuleSession.Channel(wrappingChannelSynchronously: channel), callbacks)
        } handle: { [self] channel, callbacks in
            // A connection that ends, well or not, ends none of its commands. They are waited for here: nothing outlives
            // the module.
            let result: Result<Void, any Error> = await withDiscardingTaskGroup { group in
                do {
                    return .success(try await serve(channel, callbacks, &group))
                } catch {
                    return .failure(error)
                }
            }
            try result.get()
        }
    }

    private func serve(
        _ channel: ModuleSession.Channel,
        _ callbacks: InFlight,
        _ group: inout DiscardingTaskGroup
    ) async throws {
        try await channel.executeThenClose { inbound, outbound in
            let session = ModuleSession(self, channel, outbound, callbacks)
            guard let id = enter(session) else { return }
            defer { leave(id) }
            try await session.serve(inbound, id, &group)
        }
    }

    private func enter(_ session: ModuleSession) -> Int? {
        rooms.withLock { $0.isClosing ? nil : $0.connected.add(session) }
    }

    private func leave(_ id: Int) {
        rooms.withLock { rooms in
            rooms.connected.remove(id)
            rooms.endIfClosed()
        }
    }

    func askedForCommands(_ id: Int) { rooms.withLock { $0.connected.askedForCommands(id) } }

    func commanded(_ id: Int) { rooms.withLock { $0.connected.commanded(id) } }

    func askedForLife(_ id: Int) { rooms.withLock { $0.connected.askedForLife(id) } }

    func close() { rooms.withLock { $0.isClosing = true } }
}
