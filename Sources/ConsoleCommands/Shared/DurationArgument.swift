import ArgumentParser

/// A length of time as people write it: `5s`, `500ms`, `2m`, `1.5s`; a number alone means seconds.
struct DurationArgument: Sendable, Hashable, ExpressibleByArgument, CustomStringConvertible {
    var duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits), let unit = Self.units[String(text.dropFirst(digits.count))] else {
            return nil
        }
        let seconds = number * unit
        guard seconds.isFinite, seconds < 1e9 else { return nil }
        duration = .seconds(seconds)
    }

    init?(argument: String) { self.init(argument) }

    /// For options: a text that is no length of time is refused with what one looks like.
    static func parse(_ text: String) throws -> DurationArgument {
        guard let duration = DurationArgument(text) else {
            throw NumberArgument.Problem(description: "expected \(expectation)")
        }
        return duration
    }

    private static let units: [String: Double] = [
        "": 1, "s": 1, "ms": 0.001, "us": 1e-6, "m": 60, "min": 60, "h": 3600,
    ]

    /// What to write instead of a text that is no length of time.
    static let expectation = "a time such as 5s, 500ms or 2m"

    var description: String { Self.words(duration) }
    var defaultValueDescription: String { description }

    /// A length of time in as few characters as say it: `5s`, `1.5s`, `250ms`, `2m`.
    static func words(_ duration: Duration) -> String {
        let seconds = duration.inSeconds
        if seconds >= 60, seconds.truncatingRemainder(dividingBy: 60) == 0 { return "\(plain(seconds / 60))m" }
        if seconds >= 1 || seconds == 0 { return "\(plain(seconds))s" }
        return "\(plain((seconds * 1_000_000).rounded() / 1000))ms"
    }

    private static func plain(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
    }
}

extension Duration {
    /// The length as a number of seconds.
    var inSeconds: Double { self / .seconds(1) }
}
