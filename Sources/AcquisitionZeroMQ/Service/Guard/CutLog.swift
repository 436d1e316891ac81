import AcquisitionRPC
import Logging

/// Which of the connections that are cut are worth a line in the log: one line a second, which sums up the rest.
struct CutLog: Sendable {
    private static let pause: Duration = .seconds(1)

    /// What a line has to say.
    struct Line: Sendable, Hashable {
        /// The last connection.
        var last: CutConnection
        /// How many there were.
        var count: Int

        var metadata: Logger.Metadata {
            ["address": "\(last.address ?? "-")", "reason": "\(last.reason.rawValue)", "count": "\(count)"]
        }
    }

    /// What the line says.
    let message: StaticString

    private var untold: Line?
    private var quietUntil: ContinuousClock.Instant?

    init(_ message: StaticString) { self.message = message }

    /// A connection was cut.
    mutating func note(_ connection: CutConnection) {
        untold = Line(last: connection, count: (untold?.count ?? 0) + 1)
    }

    /// The line that is due.
    mutating func line(at now: ContinuousClock.Instant) -> Line? {
        guard untold != nil, quietUntil.map({ $0 <= now }) ?? true else { return nil }
        quietUntil = now + Self.pause
        return untold.take()
    }

    /// How long until a line is due; nil where there is none.
    func wait(at now: ContinuousClock.Instant) -> Duration? {
        untold == nil ? nil : max(.zero, (quietUntil ?? now) - now)
    }
}
