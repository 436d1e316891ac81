import Foundation

/// The wall clock as people read it: `14:03:07.250`.
enum ClockTime {
    /// The present time.
    static var now: String { text(Date()) }

    /// The local time of `date`.
    static func text(_ date: Date, in zone: TimeZone = .current) -> String {
        let seconds = date.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: date))
        let milliseconds = (seconds * 1000).rounded().truncatingRemainder(dividingBy: 86_400_000)
        let ofDay = milliseconds.isFinite ? (Int(milliseconds) + 86_400_000) % 86_400_000 : 0
        let fields = [ofDay / 3_600_000, ofDay / 60_000 % 60, ofDay / 1000 % 60].map { padded($0, 2) }
        return fields.joined(separator: ":") + "." + padded(ofDay % 1000, 3)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
