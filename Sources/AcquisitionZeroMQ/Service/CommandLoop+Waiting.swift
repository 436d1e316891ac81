import AcquisitionRPC
import Logging
import Synchronization

/// What becomes of requests where there are not enough threads.
extension CommandLoop {
    /// Lets a request wait for a thread, where it needs one; false where it is to be answered now.
    func waits(_ request: IncomingRequest) -> Bool {
        guard RequestUrgency(request) == .ordinary else { return false }
        let client = request.peer.envelope.first ?? []
        let bytes = request.frames.reduce(0) { $0 + $1.count }
        let now = ContinuousClock.now
        return state.withLock { state in
            !state.isStopping && !state.progress.isStuck(now: now)
                && state.waiting.add(request, client: client, bytes: bytes)
        }
    }

    /// Carries out what waits, on a thread that has come back from a delegate and does not lead any more.
    func runWaiting() {
        while threads.room(beside: 0) == .all {
            let next = state.withLock { state -> IncomingRequest? in
                guard !state.isStopping, var request = state.waiting.popFirst() else { return nil }
                state.progress.noted(now: .now)
                request.peer.ticket = state.begin()
                return request
            }
            guard let next else { return }
            let reply = handler(next)
            state.withLock { $0.progress.noted(now: .now) }
            finish(next, reply)
        }
    }

    /// Has the service, which stops, answer what has waited.
    func refuse(_ requests: WaitingRequests<IncomingRequest>) {
        var requests = requests
        while let request = requests.popFirst() {
            if let reply = handler(request) { post(reply, to: request.peer) }
        }
    }

    func tellOfShortage() {
        log.warning(
            "Delegates block every thread; requests wait until one returns, but for emergency stops",
            ["threads": "\(threads.workingCount)"]
        )
    }
}
