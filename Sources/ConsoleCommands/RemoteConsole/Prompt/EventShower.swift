import AcquisitionModel
import AcquisitionRPC
import Synchronization

/// Shows events above the prompt while somebody types.
final class EventShower: Sendable {
    private let state = Mutex(State())

    private struct State {
        var task: Task<Void, Never>?
        var results: Task<Void, Never>?
        /// Where to show them; nil while the screen belongs to somebody else.
        var session: Session?
    }

    /// From now on events are shown through this session; nil for not at all.
    func speak(through session: Session?) { state.withLock { $0.session = session } }

    /// Shows the messages that `options` ask for, in place of those before.
    func start(_ options: FilterOptions, _ session: Session) throws(CommandFailure) {
        let filter = try EventFilter(topics: options.topic, kinds: options.kind)
        let messages = session.client.messages(topics: filter.topics)
        let time: TimeStyle = options.delta ? .delta : .wallClock
        stop()
        let task = Task { [self] in
            let silence = SilenceWatch(session, filter: options.words) { [self] silence in
                (state.withLock { $0.session } ?? session).note(silence)
            }
            defer { silence.heard() }
            var printer = EventPrinter(session: session, time: time)
            for await message in messages {
                guard printer.accepts(message, filter.kinds(in: session.shownDialect)) else { continue }
                silence.heard()
                guard let current = state.withLock({ $0.session }) else { continue }
                printer.session = current
                try? printer.show(message, dropped: messages.dropped)
            }
        }
        state.withLock { $0.task = task }
    }

    /// Tells the results of this session's commands for which nobody waits.
    func tellResults(_ session: Session) {
        let messages = session.client.messages(topics: [.commandResult])
        let task = Task { [self] in
            for await case .commandResult(let response) in messages.map(\.content) {
                guard let entry = session.pending.finish(response) else { continue }
                let name = entry.command.display(in: session.shownDialect)
                let text = "result of \(name) (nonce \(SafeText.of(response.nonce))): \(response.result)"
                let more = response.errorMessage ?? EventLine.compact(response.data)
                (state.withLock { $0.session } ?? session).note(more.isEmpty ? text : "\(text)  \(SafeText.of(more))")
            }
        }
        state.withLock { $0.results = task }
    }

    /// Shows and tells nothing more.
    func end() {
        stop()
        state.withLock { $0.results }?.cancel()
    }

    /// Shows no more events.
    func stop() {
        let task = state.withLock { state in
            defer { state.task = nil }
            return state.task
        }
        task?.cancel()
    }
}
