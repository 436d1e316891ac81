/// Cuts what a program prints into lines. What is longer than a line may be is cut off, and the rest of it left out.
struct LineSplitter: Sendable {
    private let limit: Int
    private var line: [UInt8] = []
    private var isTooLong = false

    /// Lines of at most `limit` bytes.
    init(limit: Int) { self.limit = limit }

    /// The lines that end in `bytes`. Empty ones are left out; a carriage return ends a line too, as programs that show
    /// their progress mean it.
    mutating func lines(in bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if let line = finish() { lines.append(line) }
            } else if line.count < limit {
                line.append(byte)
            } else {
                isTooLong = true
            }
        }
        return lines
    }

    /// What was begun, where nothing more comes.
    mutating func finish() -> String? {
        defer { (line, isTooLong) = ([], false) }
        guard !line.isEmpty else { return nil }
        return String(decoding: line, as: UTF8.self) + (isTooLong ? "…" : "")
    }
}
