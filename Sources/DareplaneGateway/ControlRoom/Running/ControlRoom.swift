public import AcquisitionModel
import AcquisitionRPC
public import GatewayCore
public import Logging
public import NIOPosix

/// A control room of Dareplane: starts modules or connects to them, watches them, passes on what they ask of each
/// other, and gives them commands, one at a time or as macros.
///
/// ```swift
/// let room = ControlRoom(configuration, service: service, logger: logger)
/// await room.run()   // until the task is cancelled
/// ```
///
/// With a service of `AcquisitionRPC` its commands are commands of that service, and what happens is published there:
/// see ``ControlRoomCommands`` and ``ControlRoomEvent``.
public final class ControlRoom: Sendable {
    /// What it was told.
    public let configuration: ControlRoomConfiguration
    private let service: (any RpcService)?
    private let onEvent: @Sendable (ControlRoomEvent) -> Void
    private let logger: Logger
    private let router: CallbackRouter
    private let supervisors: [ModuleSupervisor]
    private let receiver: LogReceiver?

    /// A control room that does not run yet.
    ///
    /// - Parameters:
    ///   - configuration: its modules and macros.
    ///   - service: answers commands for it and publishes what happens; started by the caller. Nil for none.
    ///   - group: where its connections live.
    ///   - logger: what it logs to.
    ///   - onEvent: called with everything that happens, from any thread.
    public init(
        _ configuration: ControlRoomConfiguration,
        service: (any RpcService)? = nil,
        group: MultiThreadedEventLoopGroup = .singleton,
        logger: Logger,
        onEvent: @escaping @Sendable (ControlRoomEvent) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.service = service
        self.onEvent = onEvent
        self.logger = logger.safe
        router = CallbackRouter(modules: configuration.modules)
        receiver = configuration.settings.logListen.map { LogReceiver(address: $0, group: group, logger: logger) }
        supervisors = configuration.modules.map { module in
            ModuleSupervisor(module, of: configuration, group: group, logger: logger)
        }
    }

    /// Starts and connects the modules one after another, in the order of the configuration, and looks after them until
    /// the task is cancelled. Then disconnects from them and ends the processes that it started, with all that those
    /// started: none is left when this returns. Where this process is ended by force meanwhile, they are ended all the
    /// same.
    ///
    /// - Parameter onReady: called when every module was tried; those that could not be reached are tried again and
    ///   again.
    public func run(onReady: @escaping @Sendable () -> Void = {}) async {
        for remark in configuration.remarks {
            logger.notice("A remark on the configuration", metadata: ["remark": "\(remark)"])
        }
        if let service {
            let commands = ControlRoomCommands(self, service: service)
            service.setDelegate { try await commands.answer($0) }
        }
        defer { service?.setDelegate(nil) }
        guard configuration.modules.contains(where: { $0.launch != nil }) else { return await serve(nil, onReady) }
        let orphans = OrphanGuard(stopTime: configuration.settings.stopTime, logger: logger)
        await orphans.run { await serve(orphans, onReady) }
    }

    private func serve(_ orphans: OrphanGuard?, _ onReady: () -> Void) async {
        let output = ModuleOutput { item in
            switch item {
            case .line(let module, let line): self.report(.moduleOutput(module: module, line: line))
            case .record(let module, let record):
                let (level, message) = (record.level, record.message)
                self.report(.moduleLog(module: module, logger: record.name, level: level, message: message))
            }
        }
        await withDiscardingTaskGroup { group in
            group.addTask { await output.run() }
            if let receiver {
                await first { ready in
                    group.addTask {
                        await receiver.run(onListening: output.takesRecords, onReady: ready) { record in
                            output.sent(record, by: self.module(of: record))
                        }
                    }
                }
            }
            for supervisor in supervisors where !Task.isCancelled {
                await first { tried in
                    let reports = ModuleSupervisor.Reports(
                        event: { self.take($0, output) },
                        callback: { self.pass($1, from: $0) },
                        group: { $1 ? orphans?.began($0) : orphans?.ended($0) },
                        firstTry: tried
                    )
                    group.addTask { await supervisor.run(reports) }
                }
            }
            if !Task.isCancelled { onReady() }
            while (try? await Task.sleep(for: .seconds(3600))) != nil {}
        }
    }

    /// Begins something and waits until it says that it is so far, or the task is cancelled.
    private func first(_ begin: (_ isSoFar: @escaping @Sendable () -> Void) -> Void) async {
        let (waiting, continuation) = AsyncStream.makeStream(of: Void.self)
        begin { continuation.finish() }
        for await _ in waiting {}
    }

    /// Ends all processes that the control room started, by force and without waiting: for a program that must end
    /// before ``run(onReady:)`` has returned, such as at a second Ctrl-C.
    public func endAtOnce() { for supervisor in supervisors { supervisor.endAtOnce() } }

    // MARK: - Modules

    /// How the modules are, in the order of the configuration.
    public var status: [ModuleStatus] { supervisors.map(\.status) }

    private func supervisor(_ name: String) throws(GatewayError) -> ModuleSupervisor {
        if let supervisor = supervisors.first(where: { $0.module.name == name }) { return supervisor }
        let hint = NearNames.hint(name, among: configuration.modules.map(\.name))
        throw GatewayError(.badValue, "There is no module '\(name.shortened)'\(hint)")
    }

    /// Gives a module a command. That it was carried out, no module says (`protocol/dareplane.md`, D6).
    ///
    /// - Throws: `GatewayError`: no such module, no such command, not connected.
    public func send(_ message: ModuleMessage) throws(GatewayError) {
        let supervisor = try supervisor(message.module)
        try check(message, supervisor)
        try supervisor.put(message.text)
    }

    private func check(_ message: ModuleMessage, _ supervisor: ModuleSupervisor) throws(GatewayError) {
        let status = supervisor.status
        guard status.isConnected else {
            throw GatewayError(.notConnected, "The module '\(message.module)' is not connected")
        }
        // One that did not say which commands it has gets what it is given.
        guard status.commands.isEmpty || status.commands.contains(message.command) else {
            let hint = NearNames.hint(message.command, among: status.commands)
            throw GatewayError(.badValue, "'\(message.module)' has no command '\(message.command.shortened)'\(hint)")
        }
    }

    /// Starts the process of a module again that has ended.
    ///
    /// - Throws: `GatewayError`: no such module, or none that has ended.
    public func restart(_ module: String) throws(GatewayError) { try supervisor(module).restart() }

    /// Gives every module the command STOP, which ends what its commands began.
    ///
    /// - Throws: `GatewayError` that names the modules which could not be told, after all others were told.
    public func stopAll() throws(GatewayError) {
        let missed = supervisors.filter { supervisor in
            (try? supervisor.put("STOP")) == nil
        }
        guard missed.isEmpty else {
            let names = missed.map(\.module.name).joined(separator: ", ")
            throw GatewayError(.notConnected, "Not connected, and so not told to stop: \(names)")
        }
    }

    // MARK: - Macros

    /// What a macro would send now. Of one that is to be sent as a whole (``Macro/isWhole``) all modules are connected and
    /// have its commands.
    ///
    /// - Throws: `GatewayError` with everything that can be found before the first command is sent.
    public func messages(
        ofMacro key: String,
        _ parameters: JSONObject = [:]
    ) throws(GatewayError) -> (macro: Macro, messages: [ModuleMessage]) {
        let macros = configuration.macros
        guard let macro = macros.first(where: { $0.key == key }) ?? macros.first(where: { $0.name == key }) else {
            let hint = NearNames.hint(key, among: macros.map(\.key))
            throw GatewayError(.badValue, "There is no macro '\(key.shortened)'\(hint)")
        }
        let modules = configuration.modules
        guard macro.isWhole else { return (macro, try macro.allMessages(parameters, modules: modules)) }
        let messages = try macro.messages(parameters, modules: modules)
        for message in messages { try check(message, supervisor(message.module)) }
        return (macro, messages)
    }

    /// Sends the messages of a macro, with the pauses that the configuration asks for. One that cannot be sent stops none
    /// of the others, unless the macro is to be sent as a whole.
    ///
    /// - Returns: what was sent, and what was not.
    /// - Throws: `GatewayError` where a module of a macro that is to be sent as a whole is lost meanwhile, with the number
    ///   of messages that were sent; `CancellationError`.
    @discardableResult
    public func send(_ messages: [ModuleMessage], of macro: Macro) async throws -> MacroOutcome {
        var outcome = MacroOutcome()
        try await pause(macro.delay)
        for (index, message) in messages.enumerated() {
            try await pause(configuration.macroPause)
            do throws(GatewayError) {
                try send(message)
                outcome.sent.append(message)
            } catch {
                if macro.isWhole {
                    throw GatewayError(error.code, "\(error.message); \(index) of \(messages.count) commands were sent")
                }
                outcome.missed.append(MacroOutcome.Missed(message: message, error: error))
                logger.warning(
                    "A command of a macro was not sent",
                    metadata: [
                        "macro": "\(macro.key)", "module": "\(message.module)", "command": "\(message.command)",
                        "reason": "\(error)",
                    ]
                )
            }
        }
        return outcome
    }

    private func pause(_ duration: Duration) async throws {
        if duration > .zero { try await Task.sleep(for: duration.saturated) }
        try Task.checkCancellation()
    }

    // MARK: - What happens

    private func pass(_ callback: Callback, from module: String) {
        for callback in router.separated(callback) {
            do throws(GatewayError) {
                let message = try router.message(for: callback) { name in
                    guard let status = try? self.supervisor(name).status, status.isConnected else { return nil }
                    return status.commands
                }
                try supervisor(message.module).put(message.text)
                report(.callbackPassed(from: module, to: message.module, command: message.command))
            } catch {
                let text = "\(callback.module)|\(callback.name)|\(callback.payload)".shortened
                report(.callbackRejected(from: module, callback: text, reason: error.message))
            }
        }
    }

    /// The module whose process a record names.
    private func module(of record: LogRecord) -> String? {
        let status = status.first { status in
            if case .running(let number) = status.process { number == record.process } else { false }
        }
        return status?.name
    }

    private func take(_ event: ControlRoomEvent, _ output: ModuleOutput) {
        switch event {
        case .moduleOutput(let module, let line): return output.printed(line, by: module)
        case .moduleExited(let module, _): output.ended(module)
        default: break
        }
        report(event)
    }

    private func report(_ event: ControlRoomEvent) {
        // What a module's task reports when it is cancelled, the stopping of the control room brought about.
        event.log(to: logger, isStopping: Task.isCancelled)
        if let service { event.publish(on: service, logger: logger) }
        onEvent(event)
    }
}
