import Dispatch
import Synchronization

/// Runs requests one after another in the order of their coming, on a thread that they may block: one that does is passed
/// by the others, on another thread.
final class RequestLane: Sendable {
    /// Carries a request out; told whether so many are blocked that only what is urgent may run.
    typealias Request = @Sendable (_ isCrowded: Bool) -> Void

    private let queue = DispatchQueue(label: "in-process-requests", attributes: .concurrent)
    private let state = Mutex(State())
    /// Dispatch gives 64 threads to all queues of a process; some are left for what is urgent.
    private static let crowd = 48

    private struct State {
        var waiting: [Request] = []
        /// Who runs requests now; nil for nobody. Whoever was passed ends with the request that he runs.
        var leader: UInt64?
        var lastLeader: UInt64 = 0
        /// How many threads run a request.
        var running = 0
        /// Whether a request began since the last look.
        var hasMoved = true

        mutating func makeLeader() -> UInt64 {
            lastLeader += 1
            leader = lastLeader
            return lastLeader
        }
    }

    /// Runs a request after those that came before.
    func run(_ request: @escaping Request) {
        let leader = state.withLock { state -> UInt64? in
            state.waiting.append(request)
            return state.leader == nil ? state.makeLeader() : nil
        }
        if let leader { queue.async { [self] in lead(leader) } }
    }

    /// Lets those that wait pass the one that runs, where that has not ended since the last call.
    func letPass() {
        let leader = state.withLock { state -> UInt64? in
            defer { state.hasMoved = false }
            guard state.leader != nil, !state.waiting.isEmpty, !state.hasMoved else { return nil }
            return state.makeLeader()
        }
        if let leader { queue.async { [self] in lead(leader) } }
    }

    private func lead(_ leader: UInt64) {
        while true {
            let next = state.withLock { state -> (Request, Bool)? in
                guard state.leader == leader else { return nil }
                guard !state.waiting.isEmpty else {
                    state.leader = nil
                    return nil
                }
                state.hasMoved = true
                state.running += 1
                return (state.waiting.removeFirst(), state.running > Self.crowd)
            }
            guard let (request, isCrowded) = next else { return }
            request(isCrowded)
            state.withLock { $0.running -= 1 }
        }
    }
}
