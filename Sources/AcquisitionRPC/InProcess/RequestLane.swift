import Dispatch
import Synchronization

/// Runs the requests of one client one after another in the order of their coming, on a thread that they may block: one that
/// does so for long is passed by the others, on another thread, and at once by what is urgent.
final class RequestLane: Sendable {
    /// Carries a request out; told whether so many are blocked that only what is urgent may run.
    typealias Request = @Sendable (_ isCrowded: Bool) -> Void

    private let queue = DispatchQueue(label: "in-process-requests", attributes: .concurrent)
    private let state = Mutex(State())
    /// How long a request may run before those behind it do not wait any longer. On a machine that has much to do, one that
    /// blocks nothing may seem to for a while, and order counts: `stop` does not go before `start`.
    private static let patience: DispatchTimeInterval = .seconds(1)
    /// Dispatch gives 64 threads to all queues of a process; some are left for what is urgent.
    private static let crowd = 48

    private struct State {
        var waiting: [Request] = []
        /// Who runs requests now; nil for nobody. Whoever was passed ends with the request that he runs.
        var leader: UInt64?
        var lastLeader: UInt64 = 0
        /// How many threads run a request.
        var running = 0
        /// How many requests were begun.
        var begun = 0
        /// Whether somebody looks whether the present request runs for too long.
        var isWatched = false

        mutating func makeLeader() -> UInt64 {
            lastLeader += 1
            leader = lastLeader
            return lastLeader
        }
    }

    /// Runs a request after those that came before.
    ///
    /// - Parameter isUrgent: whether it waits for none of them; asked only where there are any.
    func run(isUrgent: () -> Bool, _ request: @escaping Request) {
        let isBusy = state.withLock { $0.leader != nil }
        if isBusy, isUrgent() { return queue.async { request(false) } }
        let (leader, isWatcherNeeded) = state.withLock { state -> (UInt64?, Bool) in
            state.waiting.append(request)
            if state.leader == nil { return (state.makeLeader(), false) }
            defer { state.isWatched = true }
            return (nil, !state.isWatched)
        }
        if let leader { queue.async { [self] in lead(leader) } }
        if isWatcherNeeded { watch() }
    }

    /// Lets those that wait pass one that runs for too long.
    private func watch() {
        let begun = state.withLock { $0.begun }
        queue.asyncAfter(deadline: .now() + Self.patience) { [weak self] in
            guard let self else { return }
            let (leader, isWatcherNeeded) = state.withLock { state -> (UInt64?, Bool) in
                state.isWatched = state.leader != nil && !state.waiting.isEmpty
                let isStuck = state.isWatched && state.begun == begun
                return (isStuck ? state.makeLeader() : nil, state.isWatched)
            }
            if isWatcherNeeded { watch() }
            if let leader { lead(leader) }
        }
    }

    private func lead(_ leader: UInt64) {
        while true {
            let next = state.withLock { state -> (Request, Bool)? in
                guard state.leader == leader else { return nil }
                guard !state.waiting.isEmpty else {
                    state.leader = nil
                    return nil
                }
                state.begun += 1
                state.running += 1
                return (state.waiting.removeFirst(), state.running > Self.crowd)
            }
            guard let (request, isCrowded) = next else { return }
            request(isCrowded)
            state.withLock { $0.running -= 1 }
        }
    }
}
