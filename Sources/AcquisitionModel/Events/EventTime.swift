#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// When an event happened: normally a number of seconds since 1970-01-01 00:00 UTC, but an application may publish
/// any JSON value, such as an ISO text (`protocol/autotrainer.md`, Q21), which survives here.
public struct EventTime: WireCodable, Sendable, Hashable {
    /// The value on the wire.
    public let json: JSONValue

    /// This many seconds after 1970-01-01 00:00 UTC.
    public init(secondsSince1970 seconds: Double) { json = .number(seconds) }

    /// The time of `date`.
    public init(_ date: Date) { self.init(secondsSince1970: date.timeIntervalSince1970) }

    /// The time as it arrived.
    public init(json: JSONValue) { self.json = json }

    /// The present time by the system's clock.
    public static var now: EventTime { EventTime(Date()) }

    /// Seconds since 1970-01-01 00:00 UTC; nil where the sender gave something else, or no finite number.
    public var secondsSince1970: Double? {
        if let seconds = json.double { return seconds.isFinite ? seconds : nil }
        return date?.timeIntervalSince1970
    }

    /// The time as a date, of a finite number of seconds or an ISO 8601 text; nil for anything else. Old releases publish
    /// NaN, and the description of such a date ends the program.
    public var date: Date? {
        if let seconds = json.double { return seconds.isFinite ? Date(timeIntervalSince1970: seconds) : nil }
        return json.string.flatMap { try? Date($0, strategy: .iso8601) }
    }

    /// Writes the value.
    public func encode(to writer: inout JSONWriter) { json.encode(to: &writer) }
}
