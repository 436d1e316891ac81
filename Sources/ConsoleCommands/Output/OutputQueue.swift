/// What waits to be written: texts in their order, and how many were dropped between them. A value without I/O.
struct OutputQueue: Sendable {
    /// Says in the output itself that so many lines are missing there.
    typealias Marker = @Sendable (_ dropped: Int) -> String

    private enum Entry: Sendable {
        case text([UInt8])
        case gap(Int, Marker)
    }

    private var entries: [Entry] = []
    /// The texts' size.
    private(set) var bytes = 0
    /// How many lines were dropped so far.
    private(set) var dropped = 0

    /// Whether there is nothing to write.
    var isEmpty: Bool { entries.isEmpty }

    /// Takes a text in, whatever waits already.
    mutating func add(_ text: [UInt8]) {
        entries.append(.text(text))
        bytes += text.count
    }

    /// Takes a text in unless more than `capacity` bytes would wait then. What does not fit is dropped and counted, and
    /// `marker` takes its place. One text always fits.
    mutating func add(_ text: [UInt8], capacity: Int, marker: @escaping Marker) {
        if bytes == 0 || bytes + text.count <= capacity { return add(text) }
        let lines = Self.lines(text)
        dropped += lines
        if case .gap(let count, _)? = entries.last {
            entries[entries.count - 1] = .gap(count + lines, marker)
        } else {
            entries.append(.gap(lines, marker))
        }
    }

    /// Counts lines that were lost in another way: nothing stands in their place.
    mutating func lose(_ lines: Int) { dropped += lines }

    /// Everything that waits, with the markers, taken out.
    mutating func takeAll() -> [[UInt8]] {
        defer {
            entries = []
            bytes = 0
        }
        return entries.map { entry in
            switch entry {
            case .text(let text): text
            case .gap(let count, let marker): Array((marker(count) + "\n").utf8)
            }
        }
    }

    /// How many lines a text is.
    static func lines(_ text: [UInt8]) -> Int {
        max(1, text.reduce(into: 0) { if $1 == UInt8(ascii: "\n") { $0 += 1 } })
    }

    /// What takes the place of dropped lines.
    static func marker(_ format: LogFormat) -> Marker {
        switch format {
        case .text: marker
        case .json: { #"{"dropped":\#($0)}"# }
        }
    }

    /// The same for people.
    static let marker: Marker = { dropped in
        dropped == 1
            ? "… 1 line was dropped: it was not read in time"
            : "… \(dropped) lines were dropped: they were not read in time"
    }
}
