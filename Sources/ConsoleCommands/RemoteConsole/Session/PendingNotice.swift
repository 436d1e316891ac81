import AcquisitionModel
import AcquisitionRPC
import Synchronization

/// Tells that a command is pending: a line on standard error; on a terminal with a sign that turns, and wiped out in the
/// end.
final class PendingNotice: Sendable {
    private let session: Session
    private let state = Mutex(State())

    private struct State {
        /// Of the command that is pending, if one is.
        var nonce: JSONValue?
        var spinner: Task<Void, Never>?
        var silence: SilenceWatch?
        var hasEnded = false
    }

    init(_ session: Session) { self.session = session }

    /// The line.
    static func text(_ reply: ApiCommandReply) -> String {
        "pending; waiting for the result (nonce \(SafeText.of(reply.nonce))) …"
    }

    /// The command turned out to be pending.
    @Sendable func begin(_ reply: ApiCommandReply) {
        session.pending.add(reply.command, nonce: reply.nonce, isAwaited: true)
        let text = Self.text(reply)
        // On a wrong port for events the result would be waited for in vain, and for ever.
        let silence = SilenceWatch(session, isForResult: true) { [weak self] silence in self?.explain(silence) }
        state.withLock { state in
            state.nonce = reply.nonce
            state.silence = silence
        }
        guard isAnimated else { return session.note(text) }
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
        let nonce = state.withLock { state in
            if let spinner = state.spinner {
                spinner.cancel()
                try? session.err.write("\r\u{1B}[K")
            }
            state.hasEnded = true
            state.silence?.heard()
            return state.nonce
        }
        guard let nonce else { return }
        session.pending.remove(nonce: nonce)
        if Task.isCancelled { session.note("Not waiting any more; the command goes on.") }
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
