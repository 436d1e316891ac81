/// With what status a tool ends.
package struct ExitStatus: RawRepresentable, Sendable, Hashable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// Done.
    package static let done = ExitStatus(rawValue: 0)
    /// The application answered with an error.
    package static let failed = ExitStatus(rawValue: 1)
    /// There is no peer, or no answer came in time.
    package static let noAnswer = ExitStatus(rawValue: 3)
    /// Not allowed.
    package static let notAllowed = ExitStatus(rawValue: 4)
    /// Wrong usage.
    package static let usage = ExitStatus(rawValue: 64)
    /// Output, or a file, could not be written (EX_IOERR).
    package static let outputLost = ExitStatus(rawValue: 74)

    /// Ended by this signal: 129 for SIGHUP, 130 for SIGINT, 143 for SIGTERM.
    package static func signal(_ number: Int32) -> ExitStatus { ExitStatus(rawValue: 128 + number) }

    /// The paragraph of `--help`.
    static let help = """
        Exit status: 0 done; 1 the application answered with an error; 3 no peer, or no answer in time; \
        4 not allowed; 64 wrong usage; 74 output could not be written; \
        129, 130 or 143 ended by a signal (SIGHUP, SIGINT, SIGTERM).
        """
}

/// Why a command ends otherwise than with status 0.
struct CommandFailure: Error, Sendable, Hashable, CustomStringConvertible {
    var status: ExitStatus
    /// One sentence for people; empty where everything has been said.
    var message: String
    /// What to do next.
    var hint: String?

    init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    var description: String { message }
}
