import Dispatch
import Synchronization

/// The service's clock, on a thread of its own, so that heartbeats go out on time whatever the delegate does.
///
/// While there is something to look after it wakes every 2 ms; otherwise it sleeps from heartbeat to heartbeat.
final class Timekeeper: Sendable {
    private static let tick: Duration = .milliseconds(2)
    /// How many ticks without work before the long sleep: a client that asks one thing after another would wake the
    /// clock each time.
    private static let idleTicks = 25

    private let interval: Duration
    private let beat: @Sendable () -> Void
    private let look: @Sendable () -> Bool
    private let alarm = DispatchSemaphore(value: 0)
    private let isWatching = Atomic(false)
    private let isStopped = Atomic(false)

    /// - Parameters:
    ///   - interval: the time between two calls of `beat`; the first comes one interval after the start.
    ///   - beat: sends a heartbeat.
    ///   - look: looks after what is under way; whether there is any.
    init(interval: Duration, beat: @escaping @Sendable () -> Void, look: @escaping @Sendable () -> Bool) {
        self.interval = max(interval, .milliseconds(1))
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
        if !isWatching.exchange(true, ordering: .acquiringAndReleasing) { alarm.signal() }
    }

    /// Ends soon; no heartbeat is begun from now on.
    func stop() {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        alarm.signal()
    }

    private func run() {
        let clock = ContinuousClock()
        var next = clock.now + interval
        var idle = 0
        while !isStopped.load(ordering: .sequentiallyConsistent) {
            let now = clock.now
            if now >= next {
                beat()
                next += interval
                // Keeps the rhythm; after a pause of the whole machine, what was missed is not made up for: two
                // heartbeats in a row would look like another rhythm.
                if next <= clock.now { next = clock.now + interval }
            }
            if isWatching.load(ordering: .acquiring) {
                idle = look() ? 0 : idle + 1
                if idle > Self.idleTicks {
                    idle = 0
                    isWatching.store(false, ordering: .sequentiallyConsistent)
                    if look() { isWatching.store(true, ordering: .sequentiallyConsistent) }
                }
            }
            let untilBeat = next - clock.now
            let pause = isWatching.load(ordering: .acquiring) ? min(Self.tick, untilBeat) : untilBeat
            if pause > .zero { _ = alarm.wait(timeout: .now() + pause.dispatchInterval) }
        }
    }
}

extension Duration {
    /// The duration for Dispatch, to the microsecond; a very long one counts as a day.
    var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        guard seconds < 86_400 else { return .seconds(86_400) }
        return .microseconds(Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000) + 1)
    }
}
