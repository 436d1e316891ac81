import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import Logging
import Synchronization

/// The whole program: service, lines, signals, and the way out.
final class TrainerProgram: Sendable {
    private let command: ClientAppCommand
    private let options: RpcOptions
    private let console: TrainerConsole
    private let logger: Logger
    private let interrupts = Mutex(InterruptRule())
    private let waiting = PromptJobs()

    /// Why the program ends.
    fileprivate enum Ending: Sendable {
        /// Somebody said so; whether, of a pipe or a script, a line was not understood.
        case quit(hasFailed: Bool)
        case signal(Int32)
    }

    /// - Parameter log: where log lines go; nil for standard error.
    init(command: ClientAppCommand, options: RpcOptions, log: Output?) {
        self.command = command
        self.options = options
        let errors = RedirectedOutput(.standardError)
        console = TrainerConsole(
            output: RedirectedOutput(.standardOutput.dropping(command.json ? .json : .text)),
            errors: errors,
            dialect: options.dialect,
            isJSON: command.json,
            isQuiet: command.quiet
        )
        var logger = Logger(label: "client-app") { label in
            TrainerLogHandler(label: label, level: .warning, isJSON: command.json) { line in
                if let log { try? log.line(line) } else { errors.write(line) }
            }
        }
        if command.verbose { logger.logLevel = .debug }
        if command.quiet { logger.logLevel = .error }
        self.logger = logger
    }

    /// How long the way out may take: the service ends within 2 seconds, the prompt and what is shown within one each.
    private static let patience: Duration = .seconds(5)

    /// Runs until `quit` or a signal; the exit status.
    func run() async -> ExitStatus {
        Interruption.shared.wait(Self.patience)
        ProgramStart.watchOutput { [console] in console.complain($0) }
        return (try? await Interruption.shared.run { [self] in await serve() }) ?? .failed
    }

    private func serve() async -> ExitStatus {
        let (endings, ending) = AsyncStream.makeStream(of: Ending.self)
        guard let service = createApiService(ApiOptions(rpc: options), logger: logger) else { return .failed }
        let seed = command.simulate ? command.seed ?? .random(in: 1...999_999) : nil
        let timing = TrainerHost.Timing(work: .seconds(command.calibrationTime), speed: command.speed)
        let configuration = self.command.service.configuration(environment: ProcessInfo.processInfo.environment)
        let host = TrainerHost(
            service: service,
            console: console,
            timing: timing,
            seed: seed,
            configuration: configuration
        )
        do {
            try host.start()
        } catch {
            complain(error)
            return .failed
        }
        var tasks: [Task<Void, Never>] = []
        if let seed {
            if !command.quiet { console.note("simulates a training session; --seed \(seed) tells it again") }
            tasks.append(Task { await host.simulate() })
        }
        if let script = command.script { tasks.append(follow(script: script, host, ending)) }
        tasks.append(Task { await host.reportStatus() })
        let editor = makeEditor()
        Interruption.shared.handle { number in number == SIGINT && editor?.interrupt() == true }
        tasks.append(followInput(editor, host, ending))

        var reason = Ending.quit(hasFailed: false)
        // A signal cancels this task, which ends the wait.
        for await first in endings {
            reason = first
            break
        }
        if let number = Interruption.shared.received { reason = .signal(number) }
        Interruption.shared.handle(nil)
        for task in tasks { task.cancel() }
        await Task { [reason] in await host.stop(reason: reason.text) }.value
        if let editor {
            editor.close()
            console.output.redirect(nil)
            console.errors.redirect(nil)
        }
        let lost = service.counters[.auditLost] ?? 0
        if lost > 0 { console.complain("the audit file misses \(lost) entries") }
        return reason.status == .done && lost > 0 ? .outputLost : reason.status
    }

    /// The prompt, where a person sits at the terminal.
    private func makeEditor() -> LineEditor? {
        guard LineEditor.isPossible else { return nil }
        console.output.flush()
        console.errors.flush()
        let completion = TrainerCompletion(dialect: options.dialect)
        let editor = LineEditor(
            prompt: "trainer> ",
            historyPath: HistoryFile.path(for: "client-app"),
            keys: LineEditor.Keys(interrupt: { [self] in interrupt(hasTyped: $0) })
        ) { before, _ in
            completion.words(after: before)
        }
        guard let editor else { return nil }
        console.output.redirect { editor.printAbove($0) }
        if isatty(STDERR_FILENO) == 1 { console.errors.redirect { editor.printAbove($0) } }
        return editor
    }

    /// Ctrl-C was pressed on an empty line.
    private func interrupt(hasTyped: Bool) {
        let isWaiting = waiting.isWorking
        switch interrupts.withLock({ $0.press(hasTyped: hasTyped, isWorking: isWaiting) }) {
        case .leave: _ = waiting.leave()
        case .warn: console.complain("Ctrl-C again ends the program")
        case .end: Interruption.shared.end(by: SIGINT)
        }
    }

    // MARK: - Lines

    private func follow(
        script: String,
        _ host: TrainerHost,
        _ ending: AsyncStream<Ending>.Continuation
    ) -> Task<Void, Never> {
        let descriptor = open(script, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            console.complain("the script '\(script)' cannot be read: \(String(cString: strerror(errno)))")
            return Task {}
        }
        return Task { await follow(LineReader.lines(of: descriptor), place: script, host, ending) }
    }

    /// Follows the prompt, whose end ends the program, or else what is piped in, whose end does not.
    private func followInput(
        _ editor: LineEditor?,
        _ host: TrainerHost,
        _ ending: AsyncStream<Ending>.Continuation
    ) -> Task<Void, Never> {
        // A program in the background that reads from the terminal is halted by the system.
        if LineEditor.isInBackground { return Task {} }
        return Task {
            let lines = editor?.lines ?? LineReader.lines(of: STDIN_FILENO)
            await follow(lines, place: nil, isTyped: editor != nil, host, ending)
            guard let editor, !Task.isCancelled else { return }
            // Where somebody wanted the program to outlive its terminal, it does.
            if editor.isHungUp { Interruption.shared.hangUp() } else { ending.yield(.quit(hasFailed: false)) }
        }
    }

    private func follow(
        _ lines: AsyncStream<String>,
        place: String?,
        isTyped: Bool = false,
        _ host: TrainerHost,
        _ ending: AsyncStream<Ending>.Continuation
    ) async {
        let parser = TrainerLineParser(dialect: options.dialect, validates: !command.noValidate)
        var number = 0
        var hasFailed = false
        for await text in lines {
            number += 1
            do {
                let line = try parser.parse(text)
                if case .wait(let time) = line, place == nil {
                    await waiting.run { _ in try? await Task.sleep(for: time) }
                    continue
                }
                if await host.follow(line) { continue }
                ending.yield(.quit(hasFailed: hasFailed && !isTyped))
                return
            } catch {
                hasFailed = true
                console.complain(place.map { "\($0):\(number): \(error)" } ?? "\(error)")
            }
        }
    }

    private func complain(_ error: RpcServiceError) {
        var text = "the service cannot start: \(error.message)"
        if let endpoint = error.endpoint, !text.contains(endpoint) { text += " (\(endpoint))" }
        if error.code == .cannotBind { text += " The options are --subscriber-port, --command-port and --bind." }
        if error.code == .insecure { text += " The options are --keys, --bind and --allow-insecure-remote." }
        console.complain(text)
    }
}

extension TrainerProgram.Ending {
    /// What subscribers are told.
    fileprivate var text: String {
        switch self {
        case .quit: "Somebody ended it at the trainer"
        case .signal(SIGINT): "Interrupted (SIGINT)"
        case .signal(SIGTERM): "Terminated (SIGTERM)"
        case .signal(SIGHUP): "The terminal was closed (SIGHUP)"
        case .signal(let number): "Signal \(number)"
        }
    }

    /// The exit status.
    fileprivate var status: ExitStatus {
        switch self {
        case .quit(let hasFailed): hasFailed ? .failed : .done
        case .signal(let number): .signal(number)
        }
    }
}
