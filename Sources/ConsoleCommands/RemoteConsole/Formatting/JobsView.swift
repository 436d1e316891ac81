import AcquisitionModel
import Foundation

/// The commands of a session whose result is still to come.
enum JobsView {
    static func lines(_ session: Session, now: ContinuousClock.Instant = .now) -> [String] {
        let entries = session.pending.all
        let dialect = session.shownDialect
        if session.json { return [json(entries, dialect, now: now)] }
        guard !entries.isEmpty else { return ["nothing is pending"] }
        let rows = entries.map { entry in
            let name = entry.command.display(in: dialect)
            let age = DurationArgument.words(.seconds(Int((now - entry.since).inSeconds)))
            return [SafeText.of(name), SafeText.of(entry.nonce), WallClock.timeOfDay(entry.date), age]
        }
        return Table(header: ["COMMAND", "NONCE", "SINCE", "FOR"], rows: rows).lines(style: session.style)
    }

    private static func json(
        _ entries: [PendingCommands.Entry],
        _ dialect: Dialect,
        now: ContinuousClock.Instant
    ) -> String {
        var line = JSONLine()
        line["jobs"] = .array(
            entries.map { entry in
                .object([
                    ("command", .integer(Int64(entry.command.rawValue))),
                    ("name", .string(entry.command.display(in: dialect))), ("nonce", entry.nonce),
                    ("since", .string(WallClock.timestamp(entry.date))),
                    ("seconds", .number((now - entry.since).inSeconds)),
                ])
            }
        )
        return line.description
    }
}
