import Synchronization

/// The work of the prompt's lines: what the next line waits for, and what goes on behind it.
final class PromptJobs: Sendable {
    /// The work of one line.
    final class Job: Sendable {
        /// Finishes when the next line may begin: at the end, or when only a result is still to come.
        fileprivate let settled: AsyncStream<Never>
        private let continuation: AsyncStream<Never>.Continuation
        private let inBackground = Mutex(false)

        fileprivate init() { (settled, continuation) = AsyncStream.makeStream(of: Never.self) }

        /// Only a result is still to come: the next line may begin.
        func letGo() {
            inBackground.withLock { $0 = true }
            continuation.finish()
        }

        /// Whether the next line has not waited for the end.
        var isInBackground: Bool { inBackground.withLock { $0 } }

        fileprivate func end() { continuation.finish() }
    }

    private struct State {
        var tasks: [ObjectIdentifier: (task: Task<Void, Never>, isUrgent: Bool)] = [:]
        /// What the next line waits for.
        var foreground: Task<Void, Never>?
    }

    private let state = Mutex(State())

    /// Whether a line's work holds up the next one.
    var isWorking: Bool { state.withLock { $0.foreground != nil } }

    /// Does a line's work, and waits until the next line may begin.
    func run(_ work: @escaping @Sendable (Job) async -> Void) async {
        let job = start(isForeground: true, isUrgent: false, work)
        for await _ in job.settled {}
        state.withLock { $0.foreground = nil }
    }

    /// Does something at once, beside whatever else goes on, and sees to it that it is done before the prompt ends.
    func runBeside(_ work: @escaping @Sendable (Job) async -> Void) {
        _ = start(isForeground: false, isUrgent: true, work)
    }

    /// Ends the work that holds up the next line; false where there is none.
    func leave() -> Bool {
        guard let task = state.withLock({ $0.foreground }) else { return false }
        task.cancel()
        return true
    }

    /// Gives up what waits for results, but for what was urgent.
    func giveUp() { cancel { !$0 } }

    /// Waits until all work is done; where the task is cancelled, none of it goes on.
    func finish() async {
        await withTaskCancellationHandler {
            while let (task, _) = state.withLock({ $0.tasks.values.first }) { await task.value }
        } onCancel: {
            cancel { _ in true }
        }
    }

    private func remove(_ id: ObjectIdentifier) { state.withLock { _ = $0.tasks.removeValue(forKey: id) } }

    private func cancel(where isMeant: (_ isUrgent: Bool) -> Bool) {
        for (task, isUrgent) in state.withLock({ Array($0.tasks.values) }) where isMeant(isUrgent) { task.cancel() }
    }

    private func start(
        isForeground: Bool,
        isUrgent: Bool,
        _ work: @escaping @Sendable (Job) async -> Void
    ) -> Job {
        let job = Job()
        let id = ObjectIdentifier(job)
        // The work may show something, and a person press Ctrl-C, before this returns: whoever wants to end it waits until
        // it is known how.
        state.withLock { state in
            let task = Task { [self] in
                await work(job)
                remove(id)
                job.end()
            }
            state.tasks[id] = (task, isUrgent)
            if isForeground { state.foreground = task }
        }
        return job
    }
}
