import Foundation

/// Times as the tools show them.
enum WallClock {
    /// The time of day where this machine is, with milliseconds: `14:03:59.120`.
    static func timeOfDay(_ date: Date) -> String {
        let (parts, milliseconds) = split(date)
        return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(three(milliseconds))"
    }

    /// Date and time with the distance to UTC (RFC 3339): `2025-01-02T14:03:59.120+01:00`.
    static func timestamp(_ date: Date) -> String {
        let (parts, _) = split(date)
        let offset = parts.tm_gmtoff / 60
        let zone = "\(offset < 0 ? "-" : "+")\(two(Int32(abs(offset) / 60))):\(two(Int32(abs(offset) % 60)))"
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T\(timeOfDay(date))\(zone)"
    }

    /// The time since the message before: `+0.250s`.
    static func delta(_ seconds: Double) -> String {
        let milliseconds = whole((seconds * 1000).rounded())
        let sign = milliseconds < 0 ? "-" : "+"
        return "\(sign)\(abs(milliseconds) / 1000).\(three(Int(abs(milliseconds) % 1000)))s"
    }

    private static func split(_ date: Date) -> (parts: tm, milliseconds: Int) {
        let total = whole((date.timeIntervalSince1970 * 1000).rounded(.down))
        var seconds = time_t(total / 1000)
        var milliseconds = Int(total % 1000)
        if milliseconds < 0 {
            seconds -= 1
            milliseconds += 1000
        }
        var parts = tm()
        localtime_r(&seconds, &parts)
        return (parts, milliseconds)
    }

    /// A peer may send any number as a time: what no clock shows becomes the first or last time that one does.
    private static func whole(_ milliseconds: Double) -> Int64 {
        milliseconds.isNaN ? 0 : Int64(min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999))
    }

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    private static func three(_ number: Int) -> String { String(String(1000 + number).dropFirst()) }
}
