#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A moment by both clocks: the one on the wall, which people set, and the one that only ever goes forward.
struct AuditTime: Sendable, Hashable {
    /// Microseconds since 1970-01-01 00:00 UTC.
    let wall: Int
    /// Microseconds of the machine's steady clock.
    let monotonic: Int

    /// This moment.
    static var now: AuditTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return AuditTime(
            wall: EventCounter.nanoseconds() / 1000,
            monotonic: Int(time.tv_sec) * 1_000_000 + Int(time.tv_nsec) / 1000
        )
    }

    /// The time on the wall, in UTC: `2026-11-21T08:15:30.000123Z` (ISO 8601).
    var text: String {
        let (day, rest) = wall.quotientAndRemainder(dividingBy: 86_400_000_000)
        // The calendar of days since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        let date = [(year, 4), (month, 2), (dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2)]
        let seconds = rest / 1_000_000
        let time = [(seconds / 3600, 2), (seconds / 60 % 60, 2), (seconds % 60, 2)]
        let fraction = Self.digits(rest % 1_000_000, 6)
        return date.map(Self.digits).joined(separator: "-") + "T" + time.map(Self.digits).joined(separator: ":")
            + ".\(fraction)Z"
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
