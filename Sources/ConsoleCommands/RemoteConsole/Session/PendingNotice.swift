import AcquisitionModel
import AcquisitionRPC
import Synchronization

/// Tells that a command is pending: a line on standard error; on a terminal with a sign that turns, and wiped out in the
/// end.
final class PendingNotice: Sendable {
    private let session: Session
    private let isAsked: Bool
    private let state = Mutex(State())

    private struct State {
        /// What is pending, if anything is.
        var reply: ApiCommandReply?
        var spinner: Task<Void, Never>?
        var silence: SilenceWatch?
        var hasEnded = false
    }

    /// - Parameter isAsked: whether the result was asked to be waited for.
    init(_ session: Session, isAsked: Bool) {
        self.session = session
        self.isAsked = isAsked
    }

    /// The line.
    static func text(_ reply: ApiCommandReply, isAside: Bool = false) -> String {
        let nonce = "nonce \(SafeText.of(reply.nonce))"
        guard isAside else { return "pending; waiting for the result (\(nonce)) …" }
        return "pending (\(nonce)); the result is shown when it comes, and 'jobs' lists what is pending"
    }

    /// Whether other lines may come before the result.
    private var isAside: Bool { session.aside.map { !(isAsked && $0.obeysWait) } ?? false }

    /// The command turned out to be pending.
    @Sendable func begin(_ reply: ApiCommandReply) {
        session.pending.add(reply.command, nonce: reply.nonce, isAwaited: true)
        let text = Self.text(reply, isAside: isAside)
        // On a wrong port for events the result would be waited for in vain, and for ever.
        let silence = SilenceWatch(session, isForResult: true) { [weak self] silence in self?.explain(silence) }
        state.withLock { state in
            state.reply = reply
            state.silence = silence
        }
        guard isAnimated else {
            session.note(text)
            if isAside { session.aside?.letGo() }
            return
        }
        let task = Task {
            for step in 0... {
                turn("\r\(Self.sign(step)) \(text)")
                if (try? await Task.sleep(for: .milliseconds(120))) == nil { break }
            }
        }
        state.withLock { $0.spinner = task }
    }

    private func explain(_ silence: Silence) {
        state.withLock { state in
            guard !state.hasEnded else { return }
            if state.spinner != nil { try? session.err.write("\r\u{1B}[K") }
            session.note(silence)
        }
    }

    private func turn(_ text: String) {
        state.withLock { state in
            if !state.hasEnded { try? session.err.write(text) }
        }
    }

    /// The waiting has ended, with a result or without.
    func end() {
        let reply = state.withLock { state in
            if let spinner = state.spinner {
                spinner.cancel()
                try? session.err.write("\r\u{1B}[K")
            }
            state.hasEnded = true
            state.silence?.heard()
            return state.reply
        }
        guard let reply else { return }
        let entry = session.pending.remove(nonce: reply.nonce)
        guard isAside else {
            if Task.isCancelled { session.note("Not waiting any more; the command goes on.") }
            return
        }
        let name = "\(reply.command.display(in: session.shownDialect)) (nonce \(SafeText.of(reply.nonce)))"
        if Task.isCancelled { return session.note("not waiting for \(name) any more; the command goes on") }
        let since = entry.map { ", pending since \(WallClock.timeOfDay($0.date))" } ?? ""
        session.note("result of \(name)\(since):")
    }

    private var isAnimated: Bool {
        session.err.isTerminal && !session.isInteractive && !session.settings.talk.isQuiet
            && session.settings.talk.logFormat.value == .text && session.settings.environment["TERM"] != "dumb"
    }

    static func sign(_ step: Int) -> String {
        let signs = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
        return signs[step % signs.count]
    }
}
