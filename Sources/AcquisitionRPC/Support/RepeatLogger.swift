package import Logging
import Synchronization

/// A logger for lines that a peer, a slow disk, or a delegate can repeat without end: says what ``RepeatLog`` decides.
/// From any thread.
///
/// ```swift
/// log.warning("A reply was dropped, since its client does not read", ["peer": "\(peer)"])
/// ```
///
/// The text of a line stands in the source; what a peer sent belongs into the metadata, which is only made where the line
/// is said. The owner calls ``flush()`` from time to time and ``finish()`` at its end, so that the remainder of a burst is
/// told too. The logger is never called with a lock held.
package final class RepeatLogger: Sendable {
    private let logger: Logger
    private let log: Mutex<RepeatLog>
    private let hasLeftOut = Atomic(false)

    /// Says what is to be said through `logger`.
    package init(_ logger: Logger, pause: Duration = .seconds(10)) {
        self.logger = logger.safe
        log = Mutex(RepeatLog(pause: pause))
    }

    /// A line, unless it has to wait; under `count` how many there were since the last one, where there were several.
    ///
    /// - Parameters:
    ///   - subject: what tells lines of one text apart, such as the name of a command; empty for nothing.
    ///   - count: how many events the line is about.
    package func log(
        _ level: Logger.Level,
        _ message: StaticString,
        _ metadata: @autoclosure () -> Logger.Metadata = [:],
        subject: String = "",
        count: Int = 1,
        at now: ContinuousClock.Instant = .now
    ) {
        guard logger.logLevel <= level else { return }
        let count = log.withLock { log in
            let count = log.note(level, message, subject: subject, count: count, at: now)
            if count == nil { hasLeftOut.store(true, ordering: .relaxed) }
            return count
        }
        if let count { say(level, message, metadata(), count) }
    }

    /// A line of the level `warning`; see ``log(_:_:_:subject:count:at:)``.
    package func warning(
        _ message: StaticString,
        _ metadata: @autoclosure () -> Logger.Metadata = [:],
        subject: String = "",
        count: Int = 1
    ) {
        log(.warning, message, metadata(), subject: subject, count: count)
    }

    /// A line of the level `error`; see ``log(_:_:_:subject:count:at:)``.
    package func error(
        _ message: StaticString,
        _ metadata: @autoclosure () -> Logger.Metadata = [:],
        subject: String = "",
        count: Int = 1
    ) {
        log(.error, message, metadata(), subject: subject, count: count)
    }

    /// Says what was left out of bursts that are over; with every heartbeat, say. Costs next to nothing where there is
    /// nothing to say.
    package func flush(at now: ContinuousClock.Instant = .now) {
        guard hasLeftOut.load(ordering: .relaxed) else { return }
        say { $0.takeDue(at: now) }
    }

    /// Says everything that was left out; at the end of what is logged about.
    package func finish() {
        guard hasLeftOut.load(ordering: .relaxed) else { return }
        say { $0.takeAll(at: .now) }
    }

    private func say(_ take: (inout RepeatLog) -> [RepeatLog.Line]) {
        let lines = log.withLock { log in
            let lines = take(&log)
            hasLeftOut.store(log.hasLeftOut, ordering: .relaxed)
            return lines
        }
        for line in lines {
            let about: Logger.Metadata = line.subject.isEmpty ? [:] : ["about": "\(line.subject)"]
            say(line.level, line.message, about.merging(["count": "\(line.count)"]) { $1 }, 1)
        }
    }

    private func say(_ level: Logger.Level, _ message: StaticString, _ metadata: Logger.Metadata, _ count: Int) {
        var metadata = metadata
        if count > 1 { metadata["count"] = "\(count)" }
        logger.log(level: level, "\(message)", metadata: metadata)
    }
}
