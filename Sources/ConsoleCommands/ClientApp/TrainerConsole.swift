import AcquisitionModel
import AcquisitionRPC

/// Where the program's words go: data to standard output, everything else to standard error.
struct TrainerConsole: Sendable {
    /// Standard output.
    let output: RedirectedOutput
    /// Standard error.
    let errors: RedirectedOutput
    /// The release whose names are shown.
    let dialect: Dialect
    /// Whether standard output carries one JSON object a line.
    let isJSON: Bool
    /// Whether only what was asked for is shown.
    let isQuiet: Bool

    /// Shows what happened.
    func report(_ report: TrainerReport) {
        if case .ready = report {} else if isQuiet { return }
        if isJSON {
            output.write(JSONValue.object(report.json(in: dialect, at: .now)).description)
        } else if case .ready = report {
            output.write(report.text(in: dialect))
        } else {
            output.write("\(ClockTime.now)  \(report.text(in: dialect))")
        }
    }

    /// Shows what somebody asked for: text for people, an object otherwise.
    func answer(_ text: @autoclosure () -> String, _ json: @autoclosure () -> JSONObject) {
        output.write(isJSON ? JSONValue.object(json()).description : text())
    }

    /// Says what went wrong.
    func complain(_ text: String) { say("error", text) }

    /// Says something that is neither data nor an error.
    func note(_ text: String) { say("notice", text) }

    private func say(_ level: String, _ text: String) {
        errors.write(isJSON ? FailureReport.json(level, text, tool: "client-app") : "client-app: \(text)")
    }
}
