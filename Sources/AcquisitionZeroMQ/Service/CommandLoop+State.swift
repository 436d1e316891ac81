import AcquisitionRPC

extension CommandLoop {
    /// What the threads of the loop share.
    struct State {
        /// Grows with every change of the lead; only the thread that knows the present number may touch the socket.
        var lead = 0
        var isStopping = false
        /// Whether the leader has returned from the socket for good.
        var hasEnded = false
        /// With which request the leader is away from the socket; nil while it has it.
        var away: Away?
        /// Whether a thread was found that is about to take the lead.
        var isRelieving = false
        var patience = LeadPatience()
        /// Requests that wait for a thread.
        var waiting = WaitingRequests<IncomingRequest>()
        var progress = Progress()
        /// The requests whose handler has not returned, and that have no reply yet; no more than there are threads.
        private(set) var unanswered: [UInt64] = []
        private var lastTicket: UInt64 = 0

        struct Away {
            let ticket: UInt64
            let since: ContinuousClock.Instant
        }

        /// A request is handed to the service; its ticket.
        mutating func begin() -> UInt64 {
            lastTicket += 1
            unanswered.append(lastTicket)
            return lastTicket
        }

        /// A request has its reply, or needs none any more.
        mutating func answered(_ ticket: UInt64) {
            // The last one most of the time.
            if let index = unanswered.lastIndex(of: ticket) { unanswered.remove(at: index) }
        }

        /// A request that has waited and is to be answered now: carried out where there is room, refused where
        /// delegates do not get on.
        mutating func takeWaiting(_ room: DelegateThreads.Room) -> IncomingRequest? {
            guard !waiting.isEmpty, room == .all || progress.isStuck(now: .now) else { return nil }
            return waiting.popFirst()
        }

        /// How long the leader may wait for messages; nil for as long as it takes.
        func pollLimit(_ room: DelegateThreads.Room) -> Duration? {
            if waiting.isEmpty { return nil }
            return room == .all ? .zero : max(.zero, progress.deadline - .now)
        }
    }
}
