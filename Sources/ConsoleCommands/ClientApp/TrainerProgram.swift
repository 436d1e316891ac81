import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import Logging

/// The whole program: service, lines, signals, and the way out.
struct TrainerProgram: Sendable {
    private let command: ClientAppCommand
    private let options: RpcOptions
    private let console: TrainerConsole
    private let logger: Logger

    /// Why the program ends.
    fileprivate enum Ending: Sendable {
        /// Somebody said so; whether, of a pipe or a script, a line was not understood.
        case quit(hasFailed: Bool)
        case signal(Int32)
    }

    init(command: ClientAppCommand, options: RpcOptions) {
        self.command = command
        self.options = options
        let errors = LineWriter(STDERR_FILENO)
        console = TrainerConsole(
            output: LineWriter(STDOUT_FILENO),
            errors: errors,
            dialect: options.dialect,
            isJSON: command.json,
            isQuiet: command.quiet
        )
        var logger = Logger(label: "client-app") { label in
            TrainerLogHandler(label: label, level: .warning, isJSON: command.json) { errors.write($0) }
        }
        if command.verbose { logger.logLevel = .debug }
        if command.quiet { logger.logLevel = .error }
        self.logger = logger
    }

    /// Runs until `quit` or a signal; the exit status.
    func run() async -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        let (endings, ending) = AsyncStream.makeStream(of: Ending.self)
        let signals = EndingSignals { ending.yield(.signal($0)) }
        defer { signals.cancel() }

        guard let service = createApiService(ApiOptions(rpc: options), logger: logger) else { return 1 }
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
            close()
            return 1
        }
        var tasks: [Task<Void, Never>] = []
        if let seed {
            if !command.quiet { console.note("simulates a training session; --seed \(seed) tells it again") }
            tasks.append(Task { await host.simulate() })
        }
        if let script = command.script { tasks.append(follow(script: script, host, ending)) }
        tasks.append(Task { await host.reportStatus() })
        let editor = makeEditor()
        tasks.append(followInput(editor, host, ending))

        var reason = Ending.quit(hasFailed: false)
        for await first in endings {
            reason = first
            break
        }
        for task in tasks { task.cancel() }
        await host.stop(reason: reason.text)
        if let editor {
            editor.close()
            console.output.redirect(nil)
            console.errors.redirect(nil)
        }
        close()
        return reason.status
    }

    /// The prompt, where a person sits at the terminal.
    private func makeEditor() -> LineEditor? {
        guard LineEditor.isPossible else { return nil }
        console.output.flush()
        console.errors.flush()
        let completion = TrainerCompletion(dialect: options.dialect)
        let editor = LineEditor(prompt: "trainer> ", historyPath: HistoryFile.path(for: "client-app")) { before, _ in
            completion.words(after: before)
        }
        guard let editor else { return nil }
        console.output.redirect { editor.printAbove($0) }
        if isatty(STDERR_FILENO) == 1 { console.errors.redirect { editor.printAbove($0) } }
        return editor
    }

    private func close() {
        console.output.close()
        console.errors.close()
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
            if editor != nil, !Task.isCancelled { ending.yield(.quit(hasFailed: false)) }
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
        case .signal(let number): "Signal \(number)"
        }
    }

    /// The exit status.
    fileprivate var status: Int32 {
        switch self {
        case .quit(let hasFailed): hasFailed ? 1 : 0
        case .signal(let number): 128 + number
        }
    }
}
