import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The index of events: nanoseconds since 1970, and always larger than the one before, so that two events of one
/// service never share an index even when the clock is set back. From any thread.
struct EventCounter: ~Copyable, Sendable {
    private let last = Atomic(0)

    /// The next index, given the time in nanoseconds since 1970.
    func next(now: Int = EventCounter.nanoseconds()) -> Int {
        var last = last.load(ordering: .relaxed)
        while true {
            let next = max(last + 1, now)
            let (isExchanged, original) = self.last.weakCompareExchange(
                expected: last,
                desired: next,
                ordering: .relaxed
            )
            if isExchanged { return next }
            last = original
        }
    }

    /// Nanoseconds since 1970-01-01 00:00 UTC by the system's clock.
    static func nanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    }
}
