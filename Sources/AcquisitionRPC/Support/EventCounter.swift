import AcquisitionModel

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The index of events: nanoseconds since 1970, and always larger than the one before, so that two events of one
/// service never share an index even when the clock is set back. Drawn when an event is published, so that events arrive
/// in the order of their index, whichever threads send them.
struct EventCounter: Sendable {
    /// A machine that does not know the year yet counts from here on: every index has 19 digits.
    private var last = JSONWriter.smallestLater - 1

    /// The next index, given the time in nanoseconds since 1970.
    mutating func next(now: Int) -> Int {
        last = max(last + 1, now)
        return last
    }

    /// Nanoseconds since 1970-01-01 00:00 UTC by the system's clock.
    static func nanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    }
}
