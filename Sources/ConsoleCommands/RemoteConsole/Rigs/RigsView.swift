import AcquisitionModel
import Foundation
import IBLGateway

/// How it went at the rigs, as text and as JSON.
enum RigsView {
    /// One step of one rig; nil for what everybody knows: that it was asked.
    ///
    /// - Parameter isLate: whether it comes after the rig was given up.
    static func line(_ progress: RigProgress, width: Int, isLate: Bool = false, style: TextStyle) -> String? {
        let word: String
        var rest = ""
        switch progress.step {
        case .asked: return nil
        case .told: word = style.dim("told    ")
        case .answered(let data):
            word = style.good(isLate ? "late    " : "answered")
            rest = said(data)
        case .failed(let error):
            word = style.bad(isLate ? "late    " : "failed  ")
            rest = SafeText.of(error.message)
        }
        let name = progress.rig + String(repeating: " ", count: max(0, width - TextWidth.of(progress.rig)))
        let line = "\(style.label(SafeText.of(name)))  \(word)  \(time(progress.time))"
        return rest.isEmpty ? line : "\(line)  \(rest)"
    }

    /// The table at the end: the rigs that answered, then those that failed, each in the order in which they were told.
    static func lines(_ event: ExpMessage, _ outcome: RigsOutcome, style: TextStyle) -> [String] {
        let answers = outcome.answers.all.map { [SafeText.of($0.rig), "answered", time($0.time), said($0.data)] }
        let failures = outcome.failures.map { [SafeText.of($0.rig), "failed", "", SafeText.of($0.reason.message)] }
        let count = answers.count + failures.count
        let summary = "\(event): \(answers.count) of \(count) rigs answered"
        return Table(header: ["RIG", "", "TIME", "WHAT IT SAID"], rows: answers + failures).lines(style: style)
            + [failures.isEmpty ? style.good(summary) : style.bad(summary)]
    }

    /// The same as one object.
    static func json(_ event: ExpMessage, _ outcome: RigsOutcome) -> String {
        let answers = outcome.answers.all.map { answer in
            var line = JSONLine()
            line["rig"] = .string(answer.rig)
            line["data"] = .array(answer.data)
            line["seconds"] = .number(answer.time / .seconds(1))
            return JSONValue.object(line.object)
        }
        let failures = outcome.failures.map { failure in
            var line = JSONLine()
            line["rig"] = .string(failure.rig)
            line["error"] = .string(failure.reason.code.rawValue)
            line["message"] = .string(failure.reason.message)
            return JSONValue.object(line.object)
        }
        var line = JSONLine()
        line["event"] = .string("\(event)")
        line["answers"] = .array(answers)
        line["failures"] = .array(failures)
        return line.description
    }

    // MARK: - Watching

    /// What a rig that is watched says, or how it is.
    static func line(_ news: RigNews, of rig: String, at date: Date, width: Int, style: TextStyle) -> String {
        let name = rig + String(repeating: " ", count: max(0, width - TextWidth.of(rig)))
        let words =
            switch news {
            case .connected: style.good("connected")
            case .away(let reason): style.bad("away") + "  " + SafeText.of(reason)
            case .said(let message): said(message)
            }
        return "\(style.dim(WallClock.timeOfDay(date)))  \(style.label(SafeText.of(name)))  \(words)"
    }

    /// The same as one object.
    static func json(_ news: RigNews, of rig: String, at date: Date) -> String {
        var line = JSONLine()
        line["time"] = .string(WallClock.timestamp(date))
        line["rig"] = .string(rig)
        switch news {
        case .connected: line["state"] = "connected"
        case .away(let reason):
            line["state"] = "away"
            line["message"] = .string(reason)
        case .said(let message):
            line["event"] = .string("\(message.event)")
            line["data"] = .array(withoutToken(message))
        }
        return line.description
    }

    private static func said(_ message: RigMessage) -> String {
        var rest = said(withoutToken(message))
        if let status = message.status { rest += " (\(status))" }
        return rest.isEmpty ? "\(message.event)" : "\(message.event)  \(rest)"
    }

    /// What a message says; of a login not the token, which is a secret.
    private static func withoutToken(_ message: RigMessage) -> [JSONValue] {
        guard message.event == .alyx else { return message.elements }
        guard let login = message.login else { return [] }
        return [.string(login.url), .object([(login.user, .string("(a token)"))])]
    }

    private static func said(_ data: [JSONValue]) -> String {
        data == [.null] ? "" : data.map { SafeText.of($0) }.joined(separator: ", ")
    }

    private static func time(_ time: Duration) -> String {
        let milliseconds = Int((time / .milliseconds(1)).rounded())
        return milliseconds < 10_000 ? "\(milliseconds) ms" : "\(milliseconds / 1000) s"
    }
}

/// How it went.
struct RigsOutcome: Sendable, Hashable {
    var answers = RigAnswers([])
    var failures: [RigServicesError.Failure] = []

    /// With what status the tool ends: what a rig reported counts more than that another one is away.
    var status: ExitStatus {
        if failures.isEmpty { return .done }
        let silent: Set<GatewayError.Code> = [.noAnswer, .cannotConnect, .notConnected, .closed]
        return failures.allSatisfy { silent.contains($0.reason.code) } ? .noAnswer : .failed
    }
}
