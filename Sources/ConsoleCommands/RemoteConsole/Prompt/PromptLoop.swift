import AcquisitionRPC
import ArgumentParser
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Takes lines and does what they say, until the input ends or a line says so. Errors end a line and never the loop.
struct PromptLoop: Sendable {
    /// The session with the process's own outputs, for views that take the whole screen.
    private let base: Session
    private let running = RunningLine()
    private let shower = EventShower()
    /// Of lines that no person typed at a terminal: a script sees by the status of the console that one failed.
    private let firstFailure = FirstFailure()

    init(_ session: Session) { base = session }

    func run(_ makePrompt: (@escaping PromptFactory.Completion) -> any Prompt) async throws {
        defer {
            shower.end()
            Interruption.shared.handle(nil)
        }
        Interruption.shared.handle { [running] number in number == SIGINT && running.cancel() }
        shower.tellResults(base)
        let session = base
        var isFirst = true
        while true {
            let prompt = makePrompt { before, _ in
                PromptCompletion.candidates(after: before, dialect: session.shownDialect)
            }
            let above = session.speaking(through: prompt)
            if isFirst, above.out.isTerminal {
                above.note(
                    "remote-console \(Implementation.version) for \(session.settings.commandEndpoint); 'help' helps"
                )
            }
            isFirst = false
            shower.speak(through: above)
            let next = try await follow(prompt, above)
            shower.speak(through: nil)
            prompt.close()
            try Task.checkCancellation()
            guard case .takeScreen(let command) = next else {
                if !prompt.isEdited, let status = firstFailure.status { throw CommandFailure(status, "") }
                return
            }
            await attempt(base) { session in try await command.run(in: session) }
        }
    }

    private enum Next {
        case end
        case takeScreen(any ConsoleCommand)
    }

    private func follow(_ prompt: any Prompt, _ session: Session) async throws -> Next {
        for await line in prompt.lines {
            switch PromptLine(line) {
            case .nothing: continue
            case .quit: return .end
            case .help(let words): help(words, session)
            case .events(let isOn, let words):
                await attempt(session) { session in
                    if isOn {
                        try shower.start(FilterOptions.parse(words), session)
                    } else {
                        shower.stop()
                    }
                }
            case .failure(let failure): tell(failure, session)
            case .command(let command):
                if command is WatchCommand, session.out.isTerminal { return .takeScreen(command) }
                var session = session
                session.json = session.json || command.connection.json
                await attempt(session) { session in try await command.run(in: session) }
            }
            try Task.checkCancellation()
        }
        return .end
    }

    /// Does a line's work; Ctrl-C ends it, and no error leaves it.
    private func attempt(_ session: Session, _ work: @escaping @Sendable (Session) async throws -> Void) async {
        let task = running.begin { Task { try await work(session) } }
        defer { running.end() }
        do {
            try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch let failure as CommandFailure {
            tell(failure, session)
        } catch is CancellationError {
            session.note("interrupted")
        } catch {
            tell(CommandFailure(.failed, RemoteConsole.message(for: error)), session)
        }
    }

    private func tell(_ failure: CommandFailure, _ session: Session) {
        firstFailure.note(failure.status)
        session.report(failure)
    }

    private func help(_ words: [String], _ session: Session) {
        try? session.out.lines([PromptHelp.text(words)])
    }
}

/// The status of the first line that failed.
private final class FirstFailure: Sendable {
    private let first = Mutex<ExitStatus?>(nil)
    var status: ExitStatus? { first.withLock { $0 } }
    func note(_ status: ExitStatus) { first.withLock { $0 = $0 ?? status } }
}

/// The work of the line that is being done.
private final class RunningLine: Sendable {
    private let stop = Mutex<(@Sendable () -> Void)?>(nil)

    /// Starts the work. It may show something, and a person press Ctrl-C, before this returns; so whoever wants to end
    /// it waits until it is known how.
    func begin(_ start: () -> Task<Void, any Error>) -> Task<Void, any Error> {
        stop.withLock { stop in
            let task = start()
            stop = { task.cancel() }
            return task
        }
    }

    func end() { stop.withLock { $0 = nil } }

    /// Ends it; false where there is none.
    func cancel() -> Bool {
        guard let cancel = stop.withLock({ $0 }) else { return false }
        cancel()
        return true
    }
}

extension Session {
    /// The same session, whose outputs go above the prompt.
    fileprivate func speaking(through prompt: any Prompt) -> Session {
        guard prompt.isEdited else {
            var session = self
            session.isInteractive = true
            return session
        }
        let above = Output(isTerminal: true) { bytes in
            var text = String(decoding: bytes, as: UTF8.self)
            if text.hasSuffix("\n") { text.removeLast() }
            prompt.printAbove(text)
        }
        var session = Session(self, out: above, err: above)
        session.isInteractive = true
        return session
    }
}
