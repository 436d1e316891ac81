import Dispatch
import Foundation
import Synchronization

/// How the programs of this package end.
package enum ProgramEnd {
    /// Waits until everything is written, and ends the process: where standard output was lost, with status 74 in place
    /// of 0.
    ///
    /// Data is waited for until somebody has read it or a signal ends the program; with `isServing`, and for standard
    /// error in any case, for a second.
    ///
    /// - Parameter report: says on standard error that output was lost.
    package static func exit(
        _ status: ExitStatus,
        isServing: Bool = false,
        report: (String) -> Void = { FailureReport.write($0, .outputLost) }
    ) -> Never {
        let isEnding = isServing || Interruption.shared.received != nil
        let deadline = ContinuousClock.now + lastWait
        Output.standardOutput.flush(within: isEnding ? lastWait : nil)
        var status = status
        if Output.standardOutput.isTerminal, Output.standardOutput.problem == .readerGone {
            // The terminal has gone, which may be noticed before SIGHUP comes and ends the program in the same way.
            Interruption.shared.hangUp()
            if status == .done, let number = Interruption.shared.received { status = .signal(number) }
        }
        if status == .done, let loss = loss(of: .standardOutput, "Standard output") {
            report(loss)
            status = .outputLost
        }
        for output in logs.withLock({ $0 }) + [.standardError] {
            output.flush(within: isEnding ? max(deadline - .now, .zero) : lastWait)
        }
        SavedTerminal.restore()
        // The C library waits at its end for threads that write, as libedit's does to a terminal that is held.
        let last = status
        DispatchQueue.global().asyncAfter(deadline: .now() + 1) { _exit(last.rawValue) }
        Foundation.exit(status.rawValue)
    }

    /// Ends the process without waiting for anything but what a terminal may still be told.
    static func exitAtOnce(_ status: ExitStatus) -> Never {
        let outputs = logs.withLock { $0 } + [.standardOutput, .standardError]
        for output in outputs { output.flush(within: .milliseconds(100)) }
        SavedTerminal.restore()
        _exit(status.rawValue)
    }

    /// One sentence about what could not be written; nil where nothing was lost.
    package static func loss(of output: Output, _ name: String) -> String? {
        guard let problem = output.problem, problem != .readerGone else { return nil }
        return "\(name) cannot be written: \(problem)"
    }

    private static let lastWait: Duration = .seconds(1)

    /// The log files of the process.
    private static let logs = Mutex<[Output]>([])

    /// What is left for this output is written at the end too.
    static func flushes(_ output: Output) { logs.withLock { $0.append(output) } }
}
