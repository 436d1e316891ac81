import AcquisitionModel
import Foundation
import GatewayCore
import Logging

/// A log record as the socket handler of dareplane-utils sends it (`protocol/dareplane.md`, D18): four bytes of length, the
/// highest first, then the members of Python's LogRecord as JSON.
struct OutgoingLogRecord: Sendable {
    /// The logger's name: the module's.
    let name: String
    let level: Logger.Level
    /// What is said, with everything that belongs to it.
    let message: String
    let file: String
    let function: String
    let line: UInt
    /// Seconds since 1970.
    let created: Double

    /// When this program began to log, which Python's records count from.
    private static let begin = Date().timeIntervalSince1970

    /// The bytes on the wire.
    var encoded: [UInt8] {
        let path = file.split(separator: "/").last.map(String.init) ?? file
        let (levelName, levelNumber) = Self.python(level)
        let members: [(String, JSONValue)] = [
            ("name", .string(name)), ("msg", .string(Self.escaped(message))), ("args", []),
            ("levelname", .string(levelName)), ("levelno", JSONValue(levelNumber)), ("pathname", .string(file)),
            ("filename", .string(path)), ("module", .string(path.split(separator: ".").first.map(String.init) ?? path)),
            ("exc_info", .null), ("exc_text", .null), ("stack_info", .null), ("lineno", JSONValue(Int(line))),
            ("funcName", .string(function)), ("created", .number(created)),
            ("msecs", .number(((created - created.rounded(.down)) * 1000).rounded(.down))),
            ("relativeCreated", .number(max(0, (created - Self.begin) * 1000))), ("thread", 0),
            ("threadName", "MainThread"), ("processName", "MainProcess"),
            ("process", JSONValue(Int(ProcessInfo.processInfo.processIdentifier))), ("taskName", .null),
        ]
        let json = Array(JSONValue.object(members).strictPythonText.utf8)
        return withUnsafeBytes(of: UInt32(json.count).bigEndian) { Array($0) } + json
    }

    /// The control room puts arguments into each text that has `%s`, and its thread ends where they do not fit.
    private static func escaped(_ text: String) -> String {
        text.contains("%s") ? text.replacing("%", with: "%%") : text
    }

    /// What Python calls a level, and its number.
    private static func python(_ level: Logger.Level) -> (String, Int) {
        switch level {
        case .trace, .debug: ("DEBUG", 10)
        case .info, .notice: ("INFO", 20)
        case .warning: ("WARNING", 30)
        case .error: ("ERROR", 40)
        case .critical: ("CRITICAL", 50)
        }
    }
}
