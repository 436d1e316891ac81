import AcquisitionRPC
import Foundation
import Synchronization

/// Where a tool writes: one of its standard streams, a log file, or memory in tests.
package struct Output: Sendable {
    /// Whether people read it as it comes.
    package let isTerminal: Bool
    private let writer: OutputWriter?
    private let put: @Sendable ([UInt8]) throws(OutputError) -> Void

    /// What happens to what is not read in time.
    package enum Policy: Sendable {
        /// Whoever writes waits: for data that somebody has asked for.
        case waits
        /// It is dropped and counted, and nobody waits: for logs, and for whatever serves others meanwhile.
        case drops
    }

    package init(isTerminal: Bool = false, put: @escaping @Sendable ([UInt8]) throws(OutputError) -> Void) {
        self.isTerminal = isTerminal
        self.put = put
        writer = nil
    }

    /// An output to a descriptor, which stays the caller's.
    package init(descriptor: Int32, _ policy: Policy = .waits) {
        self.init(OutputWriter(descriptor: descriptor), isTerminal: isatty(descriptor) == 1, policy)
    }

    /// An output to a log file.
    package init(_ file: LogFile, _ format: LogFormat = .text) {
        self.init(OutputWriter(file: file), isTerminal: false, .drops, format: format)
    }

    private init(
        _ writer: OutputWriter,
        isTerminal: Bool,
        _ policy: Policy,
        format: LogFormat = .text
    ) {
        self.isTerminal = isTerminal
        self.writer = writer
        switch policy {
        case .waits:
            put = { (text: [UInt8]) throws(OutputError) in
                try writer.put(text, waitingAbove: Self.maximumUnwritten)
            }
        case .drops:
            let marker = OutputQueue.marker(format)
            put = { writer.put($0, capacity: Self.maximumUnread, marker: marker) }
        }
    }

    /// So much may wait to be written before whoever writes waits too.
    private static let maximumUnwritten = 64 << 10
    /// So much may wait to be read before lines are dropped.
    static let maximumUnread = 1 << 20

    /// Standard output, for data that somebody has asked for.
    package static let standardOutput = Output(streams.output, isTerminal: isatty(STDOUT_FILENO) == 1, .waits)
    /// Standard error, on which nobody waits.
    package static let standardError = Output(
        streams.errors,
        isTerminal: isatty(STDERR_FILENO) == 1,
        .drops,
        format: ProgramStart.errorFormat
    )

    /// Where both are the same terminal, file or pipe, one writer keeps their lines in order.
    private static let streams: (output: OutputWriter, errors: OutputWriter) = {
        let output = OutputWriter(descriptor: STDOUT_FILENO)
        var (first, second) = (stat(), stat())
        let areSame =
            fstat(STDOUT_FILENO, &first) == 0 && fstat(STDERR_FILENO, &second) == 0
            && first.st_dev == second.st_dev && first.st_ino == second.st_ino
        return (output, areSame ? output : OutputWriter(descriptor: STDERR_FILENO))
    }()

    /// The same output for something that must not wait, such as a service.
    ///
    /// - Parameter format: that of the line which tells where lines were dropped, and how many.
    package func dropping(_ format: LogFormat = .text) -> Output {
        writer.map { Output($0, isTerminal: isTerminal, .drops, format: format) } ?? self
    }

    // MARK: - Writing

    /// Writes text as it is.
    package func write(_ text: String) throws(OutputError) { try put(Array(text.utf8)) }
    /// Writes text and an end of line.
    package func line(_ text: String) throws(OutputError) { try put(Array(text.utf8) + [UInt8(ascii: "\n")]) }
    /// Writes lines, all at once.
    package func lines(_ lines: [String]) throws(OutputError) {
        if !lines.isEmpty { try line(lines.joined(separator: "\n")) }
    }

    // MARK: - Waiting

    /// Why it could not be written, if that happened.
    package var problem: OutputError? { writer?.problem }

    /// How many lines were dropped or lost.
    package var dropped: Int { writer?.dropped ?? 0 }

    /// Calls `handler` once when it cannot be written.
    package func onFailure(_ handler: @escaping @Sendable (OutputError) -> Void) { writer?.onFailure(handler) }

    /// Waits until everything is written, or the task is cancelled; blocks no thread.
    func drained() async { await writer?.drained() }

    /// Waits until everything is written, for at most `limit`; blocks the thread.
    @discardableResult
    package func flush(within limit: Duration?) -> Bool { writer?.flush(within: limit) ?? true }

    /// Opens a log file anew where it was moved.
    package func reopen() { writer?.reopen() }
}
