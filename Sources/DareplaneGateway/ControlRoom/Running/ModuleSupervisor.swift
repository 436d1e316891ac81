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
    }

    let module: ModuleConfiguration
    private let settings: ControlRoomSettings
    private let client: ModuleClient
    private let reports: Reports
    private let logger: Logger
    private let state: Mutex<State>
    private let restarts = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    private struct State {
        var status: ModuleStatus
        var link: ModuleLink?
    }

    init(
        _ module: ModuleConfiguration,
        of configuration: ControlRoomConfiguration,
        reports: Reports,
        group: MultiThreadedEventLoopGroup,
        logger: Logger
    ) {
        self.module = module
        settings = configuration.settings
        self.reports = reports
        self.logger = logger
        client = ModuleClient(
            module.address,
            settings: ModuleClientSettings(
                tries: module.connectTries,
                retryAfter: module.retryAfter,
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
    /// - Throws: ``GatewayError`` of the code `notConnected`.
    func put(_ text: String) throws(GatewayError) {
        guard let link = state.withLock({ $0.link }) else {
            throw GatewayError(.notConnected, "The module '\(module.name)' is not connected")
        }
        try link.put(text)
    }

    /// Starts the process again that has ended.
    ///
    /// - Throws: ``GatewayError`` of the code `failed` where there is none that has.
    func restart() throws(GatewayError) {
        switch status.process {
        case .ended: restarts.continuation.yield()
        case .ofOthers: throw GatewayError(.failed, "The module '\(module.name)' is started by others")
        case .notStarted: throw GatewayError(.failed, "The module '\(module.name)' was not started yet")
        case .running(let number):
            throw GatewayError(.failed, "The module '\(module.name)' runs already, as process \(number)")
        }
    }

    /// Looks after the module until the task is cancelled; then disconnects, and ends its process
    /// (`protocol/dareplane.md`, D23).
    ///
    /// - Parameter onFirstTry: called when the module is connected for the first time or is not to be waited for; maybe
    ///   more than once.
    func run(onFirstTry: @escaping @Sendable () -> Void) async {
        var restarts = restarts.stream.makeAsyncIterator()
        repeat {
            if let launch = module.launch {
                await runProcess(launch, onFirstTry)
            } else {
                await stayConnected(onFirstTry)
            }
            onFirstTry()
        } while await restarts.next() != nil
    }

    // MARK: - The process

    private func runProcess(_ launch: ModuleLaunch, _ onFirstTry: @escaping @Sendable () -> Void) async {
        // A task of its own: it is cancelled when the connection is closed, and not together with it.
        let process = Task { await watch(launch) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await process.value }
            group.addTask { await self.stayConnected(onFirstTry) }
            await group.next()
            group.cancelAll()
            process.cancel()
        }
    }

    private func watch(_ launch: ModuleLaunch) async {
        let process = ModuleProcess(launch: launch, stopTime: settings.stopTime, lineSize: settings.lineSize)
        let reason: String
        do throws(GatewayError) {
            reason = try await process.run { [self] identifier in
                state.withLock { $0.status.process = .running(Int(identifier)) }
                reports.event(.moduleStarted(module: module.name, processID: Int(identifier)))
            } onLine: { [self] line in
                reports.event(.moduleOutput(module: module.name, line: line))
            }
        } catch {
            reason = error.message
        }
        state.withLock { $0.status.process = .ended(reason) }
        reports.event(.moduleExited(module: module.name, reason: reason))
    }

    // MARK: - The connection

    /// The shortest pause between two tries, whatever the configuration says.
    private static let shortestPause: Duration = .milliseconds(20)

    private func stayConnected(_ onFirstTry: @escaping @Sendable () -> Void) async {
        var isWarned = false
        while !Task.isCancelled {
            do {
                let reason = try await client.withConnection { try await serve($0, onFirstTry) }
                reports.event(.moduleDown(module: module.name, reason: reason))
                isWarned = false
            } catch is CancellationError {
                return
            } catch {
                if !isWarned { warn("A module cannot be reached yet", "\(error)") }
                isWarned = true
            }
            onFirstTry()
            try? await Task.sleep(for: max(module.retryAfter, Self.shortestPause))
        }
    }

    /// Serves the connection until it ends; why it did, in words.
    private func serve(_ connection: ModuleConnection, _ onFirstTry: () -> Void) async throws -> String {
        let link = ModuleLink(connection, capacity: settings.queuedCommands)
        let commands = try await commands(of: connection)
        state.withLock { state in
            state.link = link
            state.status.isConnected = true
            state.status.isUp = true
            state.status.commands = commands
        }
        defer {
            state.withLock { state in
                state.link = nil
                state.status.isConnected = false
                state.status.isUp = false
            }
        }
        reports.event(.moduleUp(module: module.name, commands: commands))
        onFirstTry()
        return try await withThrowingTaskGroup(of: String.self) { group in
            defer { group.cancelAll() }
            group.addTask { await self.listen(connection) }
            group.addTask {
                do { try await link.send() } catch let error as GatewayError { return error.message }
                return ""
            }
            if module.commands == nil { group.addTask { try await self.watchLife(of: connection) } }
            return try await group.next() ?? ""
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

    private func listen(_ connection: ModuleConnection) async -> String {
        for await message in connection.messages {
            switch message {
            case .callback(let callback): reports.callback(module.name, callback)
            case .text(let text): reports.event(.moduleRemark(module: module.name, text: text))
            case .refused(let error):
                reports.event(.callbackRejected(from: module.name, callback: "", reason: error.message))
            }
        }
        return "The connection is lost"
    }

    /// Asks for signs of life (`protocol/dareplane.md`, D22).
    private func watchLife(of connection: ModuleConnection) async throws -> Never {
        while true {
            try await Task.sleep(for: settings.livenessInterval)
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
