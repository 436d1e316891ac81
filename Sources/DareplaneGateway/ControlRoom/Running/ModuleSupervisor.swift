import AcquisitionRPC
import GatewayCore
import Logging
import NIOPosix
import Synchronization

/// One module under a control room: started, connected, asked, watched.
final class ModuleSupervisor: Sendable {
    /// What a supervisor tells its control room.
    struct Reports: Sendable {
        /// Something happened.
        let event: @Sendable (ControlRoomEvent) -> Void
        /// The module calls another one.
        let callback: @Sendable (_ from: String, Callback) -> Void
        /// Processes of the module are there, or are gone.
        let group: @Sendable (ProcessGroup, _ isThere: Bool) -> Void
        /// The module is connected for the first time, or is not to be waited for; maybe more than once.
        let firstTry: @Sendable () -> Void
    }

    let module: ModuleConfiguration
    private let settings: ControlRoomSettings
    private let client: ModuleClient
    private let logger: Logger
    private let state: Mutex<State>
    private let restarts = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    private struct State {
        var status: ModuleStatus
        var link: ModuleLink?
        /// The processes, as long as any of them may be there.
        var group: ProcessGroup?
    }

    init(
        _ module: ModuleConfiguration,
        of configuration: ControlRoomConfiguration,
        group: MultiThreadedEventLoopGroup,
        logger: Logger
    ) {
        self.module = module
        settings = configuration.settings
        self.logger = logger.safe
        client = ModuleClient(
            module.address,
            settings: ModuleClientSettings(
                tries: module.connectTries,
                retryAfter: module.retryAfter,
                gapWithoutSemicolon: module.takesSemicolon ? nil : Self.gapWithoutSemicolon,
                modules: Set(configuration.modules.map(\.name)),
                limits: GatewayLimits(
                    messageSize: settings.callbackSize,
                    queuedPerConnection: settings.queuedCommands
                )
            ),
            group: group,
            logger: logger
        )
        state = Mutex(State(status: ModuleStatus(module)))
    }

    /// How the module is.
    var status: ModuleStatus { state.withLock { $0.status } }

    /// Gives the module a command as it is written.
    ///
    /// - Throws: `GatewayError` of the code `notConnected`.
    func put(_ text: String) throws(GatewayError) {
        guard let link = state.withLock({ $0.link }) else {
            throw GatewayError(.notConnected, "The module '\(module.name)' is not connected")
        }
        try link.put(text)
    }

    /// Starts the process again that has ended.
    ///
    /// - Throws: `GatewayError` of the code `failed` where there is none that has.
    func restart() throws(GatewayError) {
        try state.withLock { state throws(GatewayError) in
            switch state.status.process {
            // Whoever asks a second time is too late: it would be started again when it ends the next time.
            case .ended: state.status.process = .notStarted
            case .ofOthers: throw GatewayError(.failed, "The module '\(module.name)' is started by others")
            case .notStarted: throw GatewayError(.failed, "The module '\(module.name)' is being started")
            case .running(let number):
                throw GatewayError(.failed, "The module '\(module.name)' runs already, as process \(number)")
            }
        }
        restarts.continuation.yield()
    }

    /// Ends the module's processes by force and without waiting.
    func endAtOnce() { state.withLock { $0.group }?.endAtOnce() }

    /// Looks after the module until the task is cancelled; then disconnects, and ends its process
    /// (`protocol/dareplane.md`, D23).
    ///
    /// - Parameter reports: told what happens meanwhile.
    func run(_ reports: Reports) async {
        var restarts = restarts.stream.makeAsyncIterator()
        repeat {
            if let launch = module.launch {
                await runProcess(launch, reports)
            } else {
                await stayConnected(reports)
            }
            reports.firstTry()
        } while await restarts.next() != nil
    }

    // MARK: - The process

    private func runProcess(_ launch: ModuleLaunch, _ reports: Reports) async {
        // A task of its own: it is cancelled when the connection is closed, and not together with it.
        let process = Task { await watch(launch, reports) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await process.value }
            group.addTask { await self.stayConnected(reports) }
            await group.next()
            group.cancelAll()
            process.cancel()
        }
        let reason = await process.value
        let group = state.withLock { state in
            defer { state.group = nil }
            state.status.process = .ended(reason)
            return state.group
        }
        if let group { reports.group(group, false) }
        reports.event(.moduleExited(module: module.name, reason: reason))
    }

    /// Runs the process; why it ended.
    private func watch(_ launch: ModuleLaunch, _ reports: Reports) async -> String {
        let process = ModuleProcess(launch: launch, stopTime: settings.stopTime, lineSize: settings.lineSize)
        do throws(GatewayError) {
            return try await process.run { [self] group in
                reports.group(group, true)
                let number = Int(group.leader)
                state.withLock { state in
                    state.status.process = .running(number)
                    state.group = group
                }
                reports.event(.moduleStarted(module: module.name, processID: number))
            } onLine: { [self] line in
                reports.event(.moduleOutput(module: module.name, line: line))
            }
        } catch {
            return error.message
        }
    }

    // MARK: - The connection

    /// So long a module may take to read what it was sent, before more comes that would count as a part of it.
    private static let gapWithoutSemicolon: Duration = .milliseconds(50)
    /// The shortest pause between two tries, whatever the configuration says.
    private static let shortestPause: Duration = .milliseconds(20)

    private func stayConnected(_ reports: Reports) async {
        var isWarned = false
        while !Task.isCancelled {
            do {
                try await client.withConnection { try await serve($0, reports) }
                isWarned = false
            } catch is CancellationError {
                return
            } catch {
                if !isWarned { warn("A module cannot be reached yet", "\(error)") }
                isWarned = true
            }
            reports.firstTry()
            try? await Task.sleep(for: max(module.retryAfter.saturated, Self.shortestPause))
        }
    }

    /// Serves the connection until it ends.
    private func serve(_ connection: ModuleConnection, _ reports: Reports) async throws {
        let link = ModuleLink(connection, capacity: settings.queuedCommands)
        let commands = try await commands(of: connection)
        state.withLock { state in
            state.link = link
            state.status.isConnected = true
            state.status.isUp = true
            state.status.commands = commands
        }
        reports.event(.moduleUp(module: module.name, commands: commands))
        reports.firstTry()
        var reason = "The connection was closed"
        // Whatever is up will be down.
        defer {
            let wasUp = state.withLock { state in
                defer { (state.link, state.status.isConnected, state.status.isUp) = (nil, false, false) }
                return state.status.isUp
            }
            if wasUp { reports.event(.moduleDown(module: module.name, reason: reason)) }
        }
        try await withThrowingTaskGroup(of: String.self) { group in
            defer { group.cancelAll() }
            group.addTask { await self.listen(connection, reports) }
            group.addTask {
                do { try await link.send() } catch let error as GatewayError { return error.message }
                return ""
            }
            if module.commands == nil { group.addTask { try await self.watchLife(of: connection, reports) } }
            if let first = try await group.next(), !Task.isCancelled { reason = first }
        }
    }

    private func commands(of connection: ModuleConnection) async throws -> [String] {
        if let commands = module.commands { return commands }
        do {
            return try await connection.commands(within: settings.answerTime)
        } catch let error as GatewayError where error.code == .noAnswer {
            warn("A module does not say which commands it has", error.message)
            return []
        }
    }

    private func listen(_ connection: ModuleConnection, _ reports: Reports) async -> String {
        for await message in connection.messages {
            switch message {
            case .callback(let callback): reports.callback(module.name, callback)
            case .text(let text): reports.event(.moduleRemark(module: module.name, text: text))
            case .rejected(let text, let error):
                let event = ControlRoomEvent.callbackRejected(
                    from: module.name,
                    callback: text.shortened,
                    reason: error.message
                )
                reports.event(event)
            case .refused(let error):
                reports.event(.callbackRejected(from: module.name, callback: "", reason: error.message))
            }
        }
        return "The connection is lost"
    }

    /// Asks for signs of life (`protocol/dareplane.md`, D22).
    private func watchLife(of connection: ModuleConnection, _ reports: Reports) async throws -> Never {
        while true {
            try await Task.sleep(for: settings.livenessInterval.saturated)
            let isUp = try await connection.isUp(within: settings.answerTime)
            let (wasUp, commands) = state.withLock { state in
                defer { state.status.isUp = isUp }
                return (state.status.isUp, state.status.commands)
            }
            switch (wasUp, isUp) {
            case (true, false):
                let reason = "It did not answer within \(settings.answerTime)"
                reports.event(.moduleDown(module: module.name, reason: reason))
            case (false, true): reports.event(.moduleUp(module: module.name, commands: commands))
            default: break
            }
            if isUp, commands.isEmpty {
                let commands = try await self.commands(of: connection)
                state.withLock { $0.status.commands = commands }
            }
        }
    }

    private func warn(_ message: Logger.Message, _ reason: String) {
        logger.warning(message, metadata: ["module": "\(module.name)", "reason": "\(reason)"])
    }
}
