/// A line that a module of Python prints for a log record: `2026-01-01 10:00:00,123 - name - LEVEL - message`, the form of
/// dareplane-utils.
struct LogLine: Sendable, Hashable {
    /// The logger's name.
    var name: String
    /// The level's name.
    var level: String
    /// The first line of what is said.
    var message: String

    /// Reads a line, which holds no escape codes; nil for one of another form.
    init?(_ line: String) {
        guard let match = line.wholeMatch(of: /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - (.+?) - ([A-Z]+) - (.*)/) else {
            return nil
        }
        name = String(match.1)
        level = String(match.2)
        // The coloured form has another blank where its colours change.
        message = String(match.3.drop { $0 == " " })
    }

    init(_ record: LogRecord) {
        name = record.name
        level = record.level
        let first = record.message.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        message = String(first.drop { $0 == " " })
    }
}

extension String {
    /// The text without the codes with which a terminal is told to show colours and to move its cursor.
    var withoutEscapeCodes: String {
        guard utf8.contains(0x1B) else { return self }
        // CSI (colours, the cursor), OSC up to its end (titles, links), and those of two characters.
        return replacing(/\x1B(?:\[[0-?]*[ -\/]*[@-~]|\][^\x07\x1B]*(?:\x07|\x1B\\)|[ -\/]*[0-~])/, with: "")
    }
}
