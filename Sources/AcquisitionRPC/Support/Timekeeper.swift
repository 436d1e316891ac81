import Synchronization

/// The service's clock, on a thread of its own, so that heartbeats go out on time whatever the delegate does.
///
/// While there is something to look after it wakes every 2 ms; otherwise it sleeps from heartbeat to heartbeat, or until
/// something is due. The times that it is given are brought within a century.
final class Timekeeper: Sendable {
    /// What there is to look after.
    enum Work: Sendable, Hashable {
        case none
        /// Something that may be due with every tick.
        case now
        /// Nothing before this time.
        case at(ContinuousClock.Instant)
    }

    private static let tick: Duration = .milliseconds(2)
    /// How many ticks without work before the long sleep: a client that asks one thing after another would wake the
    /// clock each time.
    private static let idleTicks = 25

    private let interval: Duration
    private let beat: @Sendable () -> Void
    private let look: @Sendable () -> Work
    private let alarm = Alarm()
    private let isWatching = Atomic(false)
    private let isStopped = Atomic(false)

    /// - Parameters:
    ///   - interval: the time between two calls of `beat`; the first comes one interval after the start.
    ///   - beat: sends a heartbeat.
    ///   - look: looks after what is under way; when it is to be called again.
    init(interval: Duration, beat: @escaping @Sendable () -> Void, look: @escaping @Sendable () -> Work) {
        self.interval = max(interval, .milliseconds(1)).saturated
        self.beat = beat
        self.look = look
    }

    /// Begins; false where the system has no thread to give.
    func start() -> Bool {
        Worker.start("rpc-clock") { [self] in run() }
    }

    /// Says that there is something to look after.
    func nudge() {
        if isWatching.load(ordering: .acquiring) { return }
        if !isWatching.exchange(true, ordering: .acquiringAndReleasing) { alarm.ring() }
    }

    /// Ends soon; no heartbeat is begun from now on.
    func stop() {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        alarm.ring()
    }

    /// When there is work that is not due yet; counts the ticks without any that is.
    private func keep(_ work: Work, idle: inout Int) -> ContinuousClock.Instant? {
        switch work {
        case .now:
            idle = 0
            // Also where it looked without having been told of anything.
            isWatching.store(true, ordering: .sequentiallyConsistent)
            return nil
        case .none:
            idle += 1
            return nil
        case .at(let time):
            idle += 1
            return time
        }
    }

    private func run() {
        let clock = ContinuousClock()
        var next = clock.now.saturating(adding: interval)
        var idle = 0
        var due: ContinuousClock.Instant?
        while !isStopped.load(ordering: .sequentiallyConsistent) {
            let now = clock.now
            let isBeat = now >= next
            if isBeat {
                beat()
                next = next.saturating(adding: interval)
                // Keeps the rhythm; after a pause of the whole machine, what was missed is not made up for: two
                // heartbeats in a row would look like another rhythm.
                if next <= clock.now { next = clock.now.saturating(adding: interval) }
            }
            // With every heartbeat as well: what hangs before it has told anybody is found then at the latest.
            if isBeat || isWatching.load(ordering: .acquiring) || due.map({ now >= $0 }) == true {
                due = keep(look(), idle: &idle)
                if idle > Self.idleTicks {
                    idle = 0
                    isWatching.store(false, ordering: .sequentiallyConsistent)
                    // What came between the look and the store gave no alarm.
                    due = keep(look(), idle: &idle)
                    idle = 0
                }
            }
            let untilDue = min(next, due ?? next) - clock.now
            let pause = isWatching.load(ordering: .acquiring) ? min(Self.tick, untilDue) : untilDue
            if pause > .zero { alarm.wait(atMost: pause) }
        }
    }
}
