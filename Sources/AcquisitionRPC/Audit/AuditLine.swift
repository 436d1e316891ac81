/// One line of an audit file as it was read, whole in itself: its text has the hash that stands in it.
struct AuditLine: Sendable, Hashable {
    let sequence: Int
    /// The word under `entry`.
    let kind: String
    let previous: [UInt8]
    let hash: [UInt8]

    /// No line is longer; what is, is none.
    static let longest = 1 << 16

    static let beforeHash = Array(#","hash":""#.utf8)
    static let end = Array(#""}"#.utf8)
    static let beforePrevious = Array(#","prev":""#.utf8)
    static let beforeSequence = Array(#"{"seq":"#.utf8)
    private static let beforeKind = Array(#","entry":""#.utf8)

    /// What a line that was written by ``AuditChain`` says, without its place in the chain: what stands between its number
    /// and the hash of the line before.
    static func content(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let rest = line.dropFirst(beforeSequence.count).drop { $0 != UInt8(ascii: ",") }
        let place = beforePrevious.count + 64 + 1 + beforeHash.count + 64 + end.count
        return rest.count > place ? rest.dropLast(place) : nil
    }

    /// Reads a line, without the line feed at its end.
    init(_ line: UnsafeRawBufferPointer) throws(AuditFlaw) {
        guard let hashes = Self.hashes(of: line) else {
            throw Self.isBeginning(line) ? .cutOff : .noEntry
        }
        (previous, hash) = hashes
        let hashed = UnsafeRawBufferPointer(rebasing: line.dropLast(64 + Self.beforeHash.count + Self.end.count))
        guard SHA256.hexDigest(of: hashed) == hash else { throw .changed }
        guard let (sequence, kind) = Self.head(of: line) else { throw .noEntry }
        (self.sequence, self.kind) = (sequence, kind)
    }

    /// Reads a line that stands in an array.
    init(_ line: ArraySlice<UInt8>) throws(AuditFlaw) {
        self = try line.withUnsafeBytes { line in
            Result { () throws(AuditFlaw) in try AuditLine(line) }
        }.get()
    }

    /// Whether a line without the form of an entry could be the beginning of one, which is what a program leaves that is
    /// killed while it writes; or nothing but zeros, which is what some file systems leave when the power fails.
    private static func isBeginning(_ line: UnsafeRawBufferPointer) -> Bool {
        guard !line.isEmpty else { return false }
        return line.prefix(beforeSequence.count).elementsEqual(beforeSequence.prefix(line.count))
            || line.allSatisfy { $0 == 0 }
    }

    /// The two hashes, where the line ends with them.
    private static func hashes(of line: UnsafeRawBufferPointer) -> (previous: [UInt8], hash: [UInt8])? {
        var rest = line[...]
        guard take(end, from: &rest), let hash = takeHash(from: &rest), take(beforeHash, from: &rest),
            take([UInt8(ascii: "\"")], from: &rest), let previous = takeHash(from: &rest),
            take(beforePrevious, from: &rest)
        else { return nil }
        return (previous, hash)
    }

    private static func take(_ suffix: [UInt8], from rest: inout Slice<UnsafeRawBufferPointer>) -> Bool {
        guard rest.count >= suffix.count, rest.suffix(suffix.count).elementsEqual(suffix) else { return false }
        rest = rest.dropLast(suffix.count)
        return true
    }

    private static func takeHash(from rest: inout Slice<UnsafeRawBufferPointer>) -> [UInt8]? {
        let hash = Array(rest.suffix(64))
        let isHash = hash.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
        guard hash.count == 64, isHash else { return nil }
        rest = rest.dropLast(64)
        return hash
    }

    /// The number and the kind, with which every line begins.
    private static func head(of line: UnsafeRawBufferPointer) -> (sequence: Int, kind: String)? {
        var rest = line.prefix(beforeSequence.count + beforeKind.count + 64)
        guard rest.starts(with: beforeSequence) else { return nil }
        rest = rest.dropFirst(beforeSequence.count)
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let sequence = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        rest = rest.dropFirst(digits.count)
        guard rest.starts(with: beforeKind) else { return nil }
        let kind = rest.dropFirst(beforeKind.count).prefix { $0 != UInt8(ascii: "\"") }
        return (sequence, String(decoding: kind, as: UTF8.self))
    }
}
