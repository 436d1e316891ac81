/// Brings together what modules print and the log records that they send: a module of Python that prints its log as well
/// says everything twice, and is to be read once. Of the two the record counts, which has a level.
///
/// What a module prints stays in its order: what is printed behind a line that waits for its record waits with it.
///
/// A value: lines, records and times go in, lines and records come out. Whoever owns it calls ``timePassed(at:)`` at the
/// ``deadline``.
struct ModuleLines: Sendable {
    /// What is to be said of a module.
    enum Item: Sendable, Hashable {
        /// A line that it printed.
        case line(module: String, String)
        /// A log record; nil for the module where nothing tells which it is.
        case record(module: String?, LogRecord)
    }

    private struct Held: Sendable {
        var module: String
        var line: String
        /// The record of which this is the line; nil for what stands behind such a line.
        var record: LogLine?
        var until: ContinuousClock.Instant
    }

    /// How long a line waits for its record, and a record is remembered for its line.
    static let patience: Duration = .milliseconds(250)
    /// So many records are remembered; a module that sends them without printing them is the usual one.
    private static let maximumRecords = 64

    private var held: [Held] = []
    private var said: [(record: LogLine, rest: [String], until: ContinuousClock.Instant)] = []
    /// The lines of a record behind its first one, which its module is about to print.
    private var following: [String: [String]] = [:]

    /// When ``timePassed(at:)`` is to be called; nil while no line waits.
    var deadline: ContinuousClock.Instant? { held.first?.until }

    /// A module printed a line, without escape codes.
    mutating func printed(_ line: String, by module: String, at now: ContinuousClock.Instant) -> [Item] {
        let items = timePassed(at: now)
        if let next = following[module]?.first, next == line {
            following[module]?.removeFirst()
            return items
        }
        following[module] = nil
        let record = LogLine(line)
        if let record, let index = said.firstIndex(where: { $0.record == record }) {
            following[module] = said.remove(at: index).rest
            return items
        }
        let isBehind = held.contains { $0.module == module }
        guard record != nil || isBehind else { return items + [.line(module: module, line)] }
        held.append(Held(module: module, line: line, record: record, until: now + Self.patience))
        return items
    }

    /// A module sent a log record.
    ///
    /// - Parameter module: whose process it names; nil for a process that is none of the modules' own.
    mutating func sent(_ record: LogRecord, by module: String?, at now: ContinuousClock.Instant) -> [Item] {
        let items = timePassed(at: now)
        let line = LogLine(record)
        let rest = record.message.split(separator: "\n").dropFirst().map(String.init)
        guard let index = held.firstIndex(where: { $0.record == line && (module == nil || $0.module == module) }) else {
            said.append((line, rest, now + Self.patience))
            if said.count > Self.maximumRecords { said.removeFirst() }
            return items + [.record(module: module, record)]
        }
        let printer = held.remove(at: index).module
        // Those behind it that are the rest of it.
        var missing = rest[...]
        while let next = missing.first, let index = held.firstIndex(where: { $0.module == printer && $0.line == next })
        {
            held.remove(at: index)
            missing.removeFirst()
        }
        following[printer] = Array(missing)
        return items + [.record(module: module ?? printer, record)] + releaseFollowers(of: printer)
    }

    /// Lets go of what has waited for long enough.
    mutating func timePassed(at now: ContinuousClock.Instant) -> [Item] {
        said.removeAll { $0.until <= now }
        var items: [Item] = []
        while let first = held.first, first.until <= now {
            held.removeFirst()
            items.append(.line(module: first.module, first.line))
            items += releaseFollowers(of: first.module)
        }
        return items
    }

    /// The module prints nothing any more: what waits is said.
    mutating func ended(_ module: String) -> [Item] {
        let items = held.filter { $0.module == module }.map { Item.line(module: module, $0.line) }
        held.removeAll { $0.module == module }
        following[module] = nil
        return items
    }

    /// Lines that stood behind one that has gone, up to the next that waits for its record.
    private mutating func releaseFollowers(of module: String) -> [Item] {
        var items: [Item] = []
        while let index = held.firstIndex(where: { $0.module == module }), held[index].record == nil {
            items.append(.line(module: module, held.remove(at: index).line))
        }
        return items
    }
}
