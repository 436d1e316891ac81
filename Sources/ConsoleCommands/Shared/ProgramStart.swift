import AcquisitionRPC
import Dispatch
import Foundation
import Logging

/// How the programs of this package begin.
package enum ProgramStart {
    /// The arguments of this process.
    package static let arguments = Array(CommandLine.arguments.dropFirst())

    /// How this process writes to standard error.
    static let errorFormat = CommandLineReader.errorFormat(arguments, ProcessInfo.processInfo.environment)

    /// Runs a program, which ends the process itself.
    package static func run(_ program: @escaping @Sendable () async -> Never) -> Never {
        prepare()
        Task { await program() }
        dispatchMain()
    }

    /// To be done before anything asynchronous: that opens descriptors of its own.
    private static func prepare() {
        DescriptorLimit.raise()
        // A standard stream that is closed gets a descriptor with which reading finds the end and writing fails, so that
        // no file that is opened later takes its place.
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", O_RDONLY)
        }
        // A file that may not grow further is an error of the write.
        signal(SIGXFSZ, SIG_IGN)
        // Whoever logs without being told where must not wait for standard error either.
        LoggingSystem.bootstrap { label in
            ConsoleLogHandler(
                label: label,
                format: errorFormat,
                style: .plain,
                output: .standardError,
                logLevel: .notice
            )
        }
    }

    /// The output to a log file; it is opened anew at a SIGHUP, and wherever the file was moved.
    ///
    /// - Throws: ``OutputError`` where it cannot be written.
    package static func log(to path: String, _ format: LogFormat) throws(OutputError) -> Output {
        let output = Output(try LogFile(path), format)
        ProgramEnd.flushes(output)
        Interruption.shared.onReopen { output.reopen() }
        output.onFailure { problem in
            FailureReport.write("The log file '\(path)' cannot be written: \(problem)")
        }
        return output
    }

    /// Has a program that serves others tell, through `tell`, that its standard output is lost; it goes on.
    package static func watchOutput(_ tell: @escaping @Sendable (String) -> Void) {
        Output.standardOutput.onFailure { problem in
            if problem != .readerGone { tell("Standard output cannot be written: \(problem)") }
        }
    }
}
