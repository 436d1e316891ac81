package import Logging

/// Decides when a log line that others can repeat without end is said: the first of its kind at once, then one in each
/// pause, which tells how many there were since the last one. What is left at the end of a burst is said by whoever
/// calls ``takeDue(at:)``.
///
/// A kind is the text of the line, which stands in the source, and a subject (the name of a command, say). Subjects may
/// be made up by a peer, so there is a bound: beyond it, lines of the same text are counted together.
package struct RepeatLog: Sendable {
    /// A line that stands for those that were left out.
    package struct Line: Sendable {
        /// The level of the lines.
        package let level: Logger.Level
        /// What they say.
        package let message: StaticString
        /// What they are about; empty for nothing in particular.
        package let subject: String
        /// How many there were since the last one that was said.
        package let count: Int
    }

    private struct Entry: Sendable {
        let level: Logger.Level
        let message: StaticString
        let subject: String
        var saidAt: ContinuousClock.Instant
        var leftOut = 0
    }

    /// How many kinds with a subject are told apart at once.
    package static let maximumSubjects = 32

    private let pause: Duration
    private var entries: [Entry] = []

    /// Nothing said yet.
    ///
    /// - Parameter pause: how long after a line the next one of its kind is said at the earliest.
    package init(pause: Duration = .seconds(10)) { self.pause = pause }

    /// `count` things happened that a line is about.
    ///
    /// - Returns: how many there were since the last line of this kind, where it is time to say one; nil otherwise.
    package mutating func note(
        _ level: Logger.Level,
        _ message: StaticString,
        subject: String = "",
        count: Int = 1,
        at now: ContinuousClock.Instant
    ) -> Int? {
        let subject = counted(subject, of: message, at: now)
        guard let index = index(message, subject) else {
            entries.append(Entry(level: level, message: message, subject: subject, saidAt: now))
            return count
        }
        entries[index].leftOut = Self.sum(entries[index].leftOut, count)
        guard now - entries[index].saidAt >= pause else { return nil }
        entries[index].saidAt = now
        defer { entries[index].leftOut = 0 }
        return entries[index].leftOut
    }

    /// The lines for what was left out longer than a pause ago, each to be said now.
    package mutating func takeDue(at now: ContinuousClock.Instant) -> [Line] { take(saidBefore: now - pause, at: now) }

    /// The lines for everything that was left out: nobody will ask again.
    package mutating func takeAll(at now: ContinuousClock.Instant) -> [Line] { take(saidBefore: nil, at: now) }

    /// Whether something was left out that no line tells of yet.
    package var hasLeftOut: Bool { entries.contains { $0.leftOut > 0 } }

    private mutating func take(
        saidBefore limit: ContinuousClock.Instant?,
        at now: ContinuousClock.Instant
    ) -> [Line] {
        var lines: [Line] = []
        for index in entries.indices where entries[index].leftOut > 0 {
            if let limit, entries[index].saidAt > limit { continue }
            let entry = entries[index]
            lines.append(
                Line(level: entry.level, message: entry.message, subject: entry.subject, count: entry.leftOut)
            )
            entries[index].leftOut = 0
            entries[index].saidAt = now
        }
        return lines
    }

    private func index(_ message: StaticString, _ subject: String) -> Int? {
        entries.firstIndex { $0.subject == subject && Self.areEqual($0.message, message) }
    }

    /// The subject to count by: none where too many are told apart already. Kinds without a subject are as many as there
    /// are in the source, and always have room.
    private mutating func counted(
        _ subject: String,
        of message: StaticString,
        at now: ContinuousClock.Instant
    ) -> String {
        let isFull = { (entries: [Entry]) in entries.count(where: { !$0.subject.isEmpty }) >= Self.maximumSubjects }
        guard !subject.isEmpty, index(message, subject) == nil, isFull(entries) else { return subject }
        entries.removeAll { !$0.subject.isEmpty && $0.leftOut == 0 && now - $0.saidAt >= pause }
        return isFull(entries) ? "" : subject
    }

    private static func areEqual(_ one: StaticString, _ other: StaticString) -> Bool {
        one.withUTF8Buffer { one in
            other.withUTF8Buffer { other in
                one.count == other.count && (one.baseAddress == other.baseAddress || one.elementsEqual(other))
            }
        }
    }

    private static func sum(_ one: Int, _ other: Int) -> Int {
        let (sum, isTooMuch) = one.addingReportingOverflow(other)
        return isTooMuch ? .max : sum
    }
}
