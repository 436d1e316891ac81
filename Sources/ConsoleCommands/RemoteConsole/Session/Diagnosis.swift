import AcquisitionModel

/// What `doctor` finds.
struct Diagnosis: Sendable {
    enum Severity: String, Sendable { case good, warning, problem }

    /// One thing that was looked at.
    struct Finding: Sendable, Hashable {
        var severity: Severity
        var subject: String
        var text: String
        /// What to do about it.
        var advice: String?
    }

    var findings: [Finding] = []
    /// Whether a command was answered.
    var isAnswered = false

    mutating func good(_ subject: String, _ text: String) {
        findings.append(Finding(severity: .good, subject: subject, text: text))
    }

    mutating func warning(_ subject: String, _ text: String, advice: String? = nil) {
        findings.append(Finding(severity: .warning, subject: subject, text: text, advice: advice))
    }

    mutating func problem(_ subject: String, _ text: String, advice: String? = nil) {
        findings.append(Finding(severity: .problem, subject: subject, text: text, advice: advice))
    }

    /// 0 where there is no problem, 3 where no command was answered, else 1.
    var status: ExitStatus {
        if findings.allSatisfy({ $0.severity != .problem }) { return .done }
        return isAnswered ? .failed : .noAnswer
    }

    /// What a probe of a port tells.
    mutating func port(_ subject: String, _ endpoint: String, _ found: PortProbe.Finding, option: String) {
        switch found {
        case .open: good(subject, "\(endpoint) takes connections")
        case .free:
            problem(
                subject,
                "nothing listens at \(endpoint); the port is free on this machine",
                advice: "Start the application, or name its port with \(option)."
            )
        case .refused:
            problem(
                subject,
                "nothing listens at \(endpoint)",
                advice: "Start the application there; it must listen on that address and not on 127.0.0.1 only."
            )
        case .taken:
            problem(
                subject,
                "\(endpoint) is taken by a program that takes no connections",
                advice: "See which program has the port: 'ss -ltnp' or 'lsof -i'."
            )
        case .silent:
            problem(
                subject,
                "no answer from \(endpoint)",
                advice: "Is the machine on, and does a firewall between let the port through?"
            )
        case .failed(let reason): problem(subject, "\(endpoint): \(reason)", advice: "Check --host and the network.")
        }
    }
}

/// A diagnosis as people and programs read it.
enum DiagnosisView {
    static func lines(_ finding: Diagnosis.Finding, style: TextStyle) -> [String] {
        let sign =
            switch finding.severity {
            case .good: style.good("ok     ")
            case .warning: style.warning("note   ")
            case .problem: style.bad("problem")
            }
        let first = "\(sign)  \(style.heading(finding.subject)): \(SafeText.of(finding.text))"
        return [first] + (finding.advice.map { ["         \($0)"] } ?? [])
    }

    static func settings(_ settings: ConsoleSettings, style: TextStyle) -> [String] {
        let rows = settings.table.map { [$0.name, $0.value, "\($0.source)"] }
        return Table(header: ["Setting", "Value", "From"], rows: rows).lines(style: style)
    }

    static func json(_ diagnosis: Diagnosis, _ settings: ConsoleSettings) -> String {
        var line = JSONLine()
        line["status"] = JSONValue(Int(diagnosis.status.rawValue))
        line["findings"] = .array(
            diagnosis.findings.map { finding in
                .object([
                    ("severity", .string(finding.severity.rawValue)), ("subject", .string(finding.subject)),
                    ("text", .string(finding.text)), ("advice", finding.advice.map { .string($0) } ?? .null),
                ])
            }
        )
        line["settings"] = .array(
            settings.table.map { row in
                .object([
                    ("name", .string(row.name)), ("value", .string(row.value)), ("from", .string("\(row.source)")),
                ])
            }
        )
        return line.description
    }
}
