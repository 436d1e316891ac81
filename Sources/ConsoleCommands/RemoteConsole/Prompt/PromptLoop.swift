import AcquisitionRPC
import ArgumentParser
import Foundation
import Synchronization

/// Takes lines and does what they say, until the input ends or a line says so. Errors end a line and never the loop.
///
/// One line after another, but nobody waits for the result of a pending command: it is shown when it comes. An emergency
/// stop that a person types goes out at once, whatever the lines before it do.
struct PromptLoop: Sendable {
    /// The session with the process's own outputs, for views that take the whole screen.
    private let base: Session
    private let jobs = PromptJobs()
    private let shower = EventShower()
    /// Of lines that no person typed at a terminal: a script sees by the status of the console that one failed.
    private let firstFailure = FirstFailure()
    private let present = PresentPrompt()

    init(_ session: Session) { base = session }

    /// What the prompt read.
    private enum Input: Sendable {
        case line(String)
        /// The lines of the prompt with this number have ended.
        case end(Int)
    }

    func run(_ makePrompt: (LineEditor.Keys, @escaping PromptFactory.Completion) -> any Prompt) async throws {
        defer {
            shower.end()
            Interruption.shared.handle(nil)
        }
        Interruption.shared.handle { number in number == SIGINT && interrupt() }
        shower.tellResults(base)
        let (inputs, continuation) = AsyncStream.makeStream(of: Input.self)
        var iterator = inputs.makeAsyncIterator()
        for number in 0... {
            let prompt = makePrompt(keys) { [base] before, _ in
                PromptCompletion.candidates(after: before, dialect: base.shownDialect)
            }
            let session = base.speaking(through: prompt)
            if number == 0, session.out.isTerminal {
                let place = base.settings.commandEndpoint
                session.note("remote-console \(Implementation.version) for \(place); 'help' helps")
            }
            present.set(prompt, session)
            shower.speak(through: session)
            let reader = Task { await read(prompt, number, session, into: continuation) }
            let next = await follow(number, &iterator, prompt, session)
            if next == nil {
                // A person is not kept; whoever pipes lines in wants to see what came of them.
                if prompt.isTyped { jobs.giveUp() }
                await jobs.finish()
            }
            shower.speak(through: nil)
            present.set(nil, base)
            prompt.close()
            reader.cancel()
            try Task.checkCancellation()
            guard let command = next else {
                if !prompt.isTyped, let status = firstFailure.status { throw CommandFailure(status, "") }
                return
            }
            await attempt(base, isTyped: true) { session in try await command.run(in: session) }
        }
    }

    // MARK: - Reading

    private func read(
        _ prompt: any Prompt,
        _ number: Int,
        _ session: Session,
        into inputs: AsyncStream<Input>.Continuation
    ) async {
        for await line in prompt.lines {
            if prompt.isTyped, let stop = PromptLine(line).emergencyStop {
                doAtOnce(stop, session)
            } else {
                inputs.yield(.line(line))
            }
        }
        if prompt.isHungUp { Interruption.shared.hangUp() }
        inputs.yield(.end(number))
    }

    private var keys: LineEditor.Keys {
        LineEditor.Keys(
            interrupt: { interrupt(hasTyped: $0) },
            emergencyStop: {
                guard let stop = PromptLine("emergency stop").emergencyStop else { return }
                let session = present.session ?? base
                try? session.err.line("Ctrl-X Ctrl-X: emergency stop")
                doAtOnce(stop, session)
            }
        )
    }

    /// SIGINT came; whether it is the prompt's.
    private func interrupt() -> Bool {
        guard let prompt = present.prompt, prompt.isTyped else { return jobs.leave() }
        guard prompt.isEdited else {
            // The terminal has cleared the line.
            interrupt(hasTyped: false)
            return true
        }
        // The editor knows whether a line is being typed, and calls back where none is.
        return prompt.interrupt()
    }

    /// Ctrl-C was pressed on an empty line.
    private func interrupt(hasTyped: Bool) {
        switch present.press(hasTyped: hasTyped, isWorking: jobs.isWorking) {
        case .leave: _ = jobs.leave()
        case .warn: try? (present.session ?? base).err.line("Ctrl-C again ends the console.")
        case .end: Interruption.shared.end(by: SIGINT)
        }
    }

    // MARK: - Doing

    /// Does what the lines say; a command that wants the whole screen for itself, nil at the end.
    private func follow(
        _ number: Int,
        _ inputs: inout AsyncStream<Input>.Iterator,
        _ prompt: any Prompt,
        _ session: Session
    ) async -> (any ConsoleCommand)? {
        while let input = await inputs.next(), !Task.isCancelled {
            guard case .line(let line) = input else {
                if case .end(number) = input { break }
                continue
            }
            switch PromptLine(line) {
            case .nothing: continue
            case .quit: return nil
            case .help(let words): try? session.out.lines([PromptHelp.text(words)])
            case .jobs: try? session.out.lines(JobsView.lines(session))
            case .events(let isOn, let words):
                await attempt(session, isTyped: prompt.isTyped) { session in
                    if isOn {
                        try shower.start(FilterOptions.parse(words), session)
                    } else {
                        shower.stop()
                    }
                }
            case .failure(let failure): tell(failure, session)
            case .command(let command):
                if command is WatchCommand, session.out.isTerminal { return command }
                var session = session
                session.json = session.json || command.connection.json
                await attempt(session, isTyped: prompt.isTyped) { session in try await command.run(in: session) }
            }
        }
        return nil
    }

    /// Does a line's work until the next one may begin. Ctrl-C ends it, and no error leaves it.
    private func attempt(
        _ session: Session,
        isTyped: Bool,
        _ work: @escaping @Sendable (Session) async throws -> Void
    ) async {
        await jobs.run { job in
            var session = session
            // In a script `--wait` keeps the order; a person may always go on.
            session.aside = Session.Aside(obeysWait: !isTyped) { job.letGo() }
            await attempt(session, job, work)
        }
    }

    /// Gives an emergency stop, whatever else goes on.
    private func doAtOnce(_ stop: any ConsoleCommand, _ session: Session) {
        jobs.runBeside { job in
            var session = session
            session.json = session.json || stop.connection.json
            session.aside = Session.Aside(obeysWait: false) { job.letGo() }
            await attempt(session, job) { session in try await stop.run(in: session) }
        }
    }

    private func attempt(
        _ session: Session,
        _ job: PromptJobs.Job,
        _ work: @Sendable (Session) async throws -> Void
    ) async {
        do {
            try await work(session)
        } catch let failure as CommandFailure {
            tell(failure, session)
        } catch is OutputError {
            // The next line may matter all the same; what was lost is told at the end.
        } catch is CancellationError {
            if !job.isInBackground { session.note("interrupted") }
        } catch {
            tell(CommandFailure(.failed, RemoteConsole.message(for: error)), session)
        }
    }

    private func tell(_ failure: CommandFailure, _ session: Session) {
        firstFailure.note(failure.status)
        session.report(failure)
    }
}

/// The status of the first failure.
private final class FirstFailure: Sendable {
    private let first = Mutex<ExitStatus?>(nil)
    var status: ExitStatus? { first.withLock { $0 } }
    func note(_ status: ExitStatus) { first.withLock { $0 = $0 ?? status } }
}

/// The prompt that is shown, for whoever is not in its loop: keys and signals.
private final class PresentPrompt: Sendable {
    private let state = Mutex(State())

    private struct State {
        var prompt: (any Prompt)?
        var session: Session?
        var rule = InterruptRule()
    }

    var prompt: (any Prompt)? { state.withLock { $0.prompt } }
    var session: Session? { state.withLock { $0.session } }

    func set(_ prompt: (any Prompt)?, _ session: Session) {
        // Whoever was there before may end with the last reference to it, and not under the lock.
        let before = state.withLock { state in
            defer { (state.prompt, state.session) = (prompt, session) }
            return state.prompt
        }
        withExtendedLifetime(before) {}
    }

    func press(hasTyped: Bool, isWorking: Bool) -> InterruptRule.Action {
        state.withLock { $0.rule.press(hasTyped: hasTyped, isWorking: isWorking) }
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
