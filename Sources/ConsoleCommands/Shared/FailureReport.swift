import AcquisitionModel
import Foundation

/// How failures are told.
package enum FailureReport {
    /// Says what went wrong: a line with what to do next behind it, or one JSON object on a line.
    static func write(
        _ failure: CommandFailure,
        to output: Output,
        format: LogFormat,
        isColored: Bool,
        tool: String = ConsoleSettings.tool
    ) {
        guard !failure.message.isEmpty else { return }
        switch format {
        case .text:
            let style = TextStyle(isColored: isColored)
            try? output.line("\(style.bad("error:")) \(failure.message)")
            if let hint = failure.hint { try? output.line("  \(hint)") }
        case .json: try? output.line(json("error", failure.message, hint: failure.hint, failure.status, tool: tool))
        }
    }

    /// Says a sentence of an error of this program on standard error.
    ///
    /// - Parameter status: the one with which the program ends; nil where it goes on.
    package static func write(_ message: String, _ status: ExitStatus? = nil) {
        let output = Output.standardError
        switch ProgramStart.errorFormat {
        case .text: try? output.line("error: \(message)")
        case .json: try? output.line(json("error", message, status, tool: ProcessInfo.processInfo.processName))
        }
    }

    /// A line for programs.
    static func json(
        _ level: String,
        _ message: String,
        hint: String? = nil,
        _ status: ExitStatus? = nil,
        tool: String
    ) -> String {
        var line = JSONLine()
        line["time"] = .string(WallClock.timestamp(Date()))
        line["level"] = .string(level)
        line["label"] = .string(tool)
        line["message"] = .string(SafeText.of(message))
        if let hint { line["hint"] = .string(SafeText.of(hint)) }
        if let status { line["status"] = JSONValue(Int(status.rawValue)) }
        return line.description
    }
}
