/// Takes the bytes of a TCP connection apart.
///
/// The protocol puts nothing between messages, and the original takes whatever one read brings for one message
/// (`protocol/iblutil.md`, I5, I28). Here echoes are told by what was sent, and lists by where their brackets close, so
/// that messages that arrive in one piece, or in several, are what they were. Anything else is taken as it was read.
struct StreamBuffer: Sendable {
    /// What the connection brought.
    enum Piece: Sendable, Hashable {
        /// The echo of the message at this place among those that were given.
        case echo(Int)
        /// The beginning of an echo of which the rest did not come.
        case partOfEcho
        /// What the peer says.
        case message([UInt8])
    }

    private var bytes: [UInt8] = []
    private var start = 0
    private var scanner = BracketScanner()

    /// How many bytes wait for more.
    var count: Int { bytes.count - start }

    /// What waits for more.
    var waiting: ArraySlice<UInt8> { bytes[start...] }

    /// Takes in what was read.
    mutating func append(_ new: [UInt8]) {
        if start > 0 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes += new
    }

    /// Drops what waits.
    mutating func removeAll() { consume(count) }

    /// The next piece; nil where it needs more bytes.
    ///
    /// - Parameters:
    ///   - echoes: messages whose echo may come.
    ///   - isAll: nothing more comes soon: what is there is one piece.
    mutating func next(echoes: [[UInt8]], isAll: Bool = false) -> Piece? {
        guard count > 0 else { return nil }
        let comparisons = echoes.map { EchoRule.compare(waiting, with: $0) }
        if let position = comparisons.firstIndex(of: .echo) {
            consume(echoes[position].count)
            return .echo(position)
        }
        if comparisons.contains(.beginning) {
            guard isAll else { return nil }
            removeAll()
            return .partOfEcho
        }
        switch scanner.scan(waiting) {
        case .notAList: return .message(consume(count))
        case .open: return isAll ? .message(consume(count)) : nil
        case .closed(let length):
            let blanks = waiting.dropFirst(length).prefix { BracketScanner.isBlank($0) }.count
            return .message(consume(length + blanks))
        }
    }

    @discardableResult
    private mutating func consume(_ length: Int) -> [UInt8] {
        let piece = Array(waiting.prefix(length))
        start += length
        scanner = BracketScanner()
        if start == bytes.count {
            bytes = []
            start = 0
        }
        return piece
    }
}
