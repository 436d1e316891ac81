import AcquisitionModel
import AcquisitionRPC

/// An audit file as people and programs read it.
enum AuditView {
    // MARK: - What verifying found

    static func lines(_ report: AuditVerifier.Report, file: String, style: TextStyle) -> [String] {
        let isWhole = report.problem == nil
        let count = report.entries == 1 ? "1 entry" : "\(report.entries) entries"
        var lines = [
            isWhole
                ? "\(file): \(style.good("whole")), \(count)"
                : "\(file): \(style.bad("broken")) after \(count)"
        ]
        if report.entries > 0 { lines.append("  last hash  \(report.head)") }
        if let line = report.wantedLine { lines.append("  the hash that was looked for stands in line \(line)") }
        if report.torn > 0 {
            let places = report.tornLines.map(String.init).joined(separator: ", ")
            let more = report.torn > report.tornLines.count ? "…" : ""
            lines.append("  torn when a program was killed, and accounted for: line \(places)\(more)")
        }
        if report.lost > 0 { lines.append("  never written, as the file itself says: \(report.lost)") }
        if report.summedUp > 0 {
            lines.append("  only counted, of requests that were not carried out: \(report.summedUp)")
        }
        if let before = report.continued {
            let what = SafeText.of(before.reason)
            lines.append("  goes on, in line \(before.line), from a file of \(before.entries) entries: \(what)")
            lines.append("    last hash of that one  \(SafeText.of(before.hash))")
        }
        if isWhole, report.isMoved {
            lines.append("  was moved while it was written: its service went on in another file")
        } else if isWhole, report.entries > 0, !report.isStopped {
            lines.append("  the last service has not stopped: it runs, or it was killed")
        }
        return lines
    }

    static func json(_ report: AuditVerifier.Report, file: String, wanted: String?) -> String {
        var line = JSONLine()
        line["file"] = .string(file)
        line["whole"] = JSONValue(report.problem == nil)
        line["entries"] = JSONValue(report.entries)
        line["lastHash"] = .string(report.head)
        line["starts"] = JSONValue(report.starts)
        line["stopped"] = JSONValue(report.isStopped)
        line["lost"] = JSONValue(report.lost)
        line["torn"] = JSONValue(report.torn)
        line["summedUp"] = JSONValue(report.summedUp)
        line["moved"] = JSONValue(report.isMoved)
        if let before = report.continued {
            line["previousReason"] = .string(before.reason)
            line["previousEntries"] = JSONValue(before.entries)
            line["previousHash"] = .string(before.hash)
        }
        if wanted != nil { line["containedIn"] = report.wantedLine.map { JSONValue($0) } ?? .null }
        if let problem = report.problem {
            line["line"] = JSONValue(problem.line)
            line["reason"] = .string("\(problem.flaw)")
        }
        return line.description
    }

    // MARK: - Entries

    private static let columns = [
        ("seq", 7), ("time", 27), ("entry", 17), ("user", 12), ("peer", 15), ("command", 24),
        ("nonce", 16),
    ]

    /// What stands above the entries.
    static let header = row(columns.map(\.0)) + "outcome"

    /// An entry on one line.
    static func row(_ line: UnsafeRawBufferPointer, number: Int, style: TextStyle) -> String {
        let entry = try? JSONReader.read(Array(line))
        guard let object = entry?.object, let kind = object.value(ofExactly: "entry")?.string else {
            return style.bad("line \(number) is no entry")
        }
        let cells = columns.map { name, _ in object.value(ofExactly: name).map(plain) ?? "" }
        return row(cells) + outcome(kind, object)
    }

    private static func row(_ cells: [String]) -> String {
        zip(columns, cells).map { column, cell in
            cell + String(repeating: " ", count: max(0, column.1 - TextWidth.of(cell))) + " "
        }.joined()
    }

    /// What happened, in as few words as the kind of entry allows.
    private static func outcome(_ kind: String, _ object: JSONObject) -> String {
        let value = { (key: String) in object.value(ofExactly: key) }
        switch kind {
        case "command", "result":
            let code = value("errorCode").map { " (\($0))" } ?? ""
            let time = value("duration")?.double.map { " in \(PingView.milliseconds($0))" } ?? ""
            return "\(value("outcome").map(plain) ?? "")\(code)\(time)"
        case "start":
            return ["identifier", "release", "commands"].compactMap { value($0).map(plain) }.joined(separator: " ")
        default:
            let shown = [
                "of", "outcome", "count", "part", "reason", "since", "lost", "bytes", "previousEntries", "previousHash",
                "repeated",
            ]
            return shown.compactMap { key in value(key).map { "\(key)=\(plain($0))" } }.joined(separator: " ")
        }
    }

    private static func plain(_ value: JSONValue) -> String {
        value.isNull ? "-" : SafeText.of(value.string ?? value.description)
    }
}
