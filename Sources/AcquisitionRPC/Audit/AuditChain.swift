import AcquisitionModel

/// The chain that the lines of an audit file form.
///
/// A line is `{"seq":…,"entry":"…",…,"prev":"…","hash":"…"}`: its number, from 1 on without a gap; the hash of the line
/// before (64 zeros in the first one); its own hash, the SHA-256 of all that stands before `,"hash"`.
struct AuditChain: Sendable, Hashable {
    /// The number of the last line.
    var sequence = 0
    /// The hash of the last line, in hexadecimal digits.
    var head = [UInt8](repeating: UInt8(ascii: "0"), count: 64)

    /// Appends the line of `entry`, the next one, to `text`.
    mutating func seal(_ entry: AuditEntry, into text: inout [UInt8]) {
        sequence += 1
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("seq", sequence)
            writer.field("entry", entry.kind)
            writer.field("time", entry.time.text)
            writer.field("monotonic", Double(entry.time.monotonic) / 1e6)
            entry.encodeContent(to: &writer)
            writer.field("prev", String(decoding: head, as: UTF8.self))
        }
        writer.withBytes { bytes in
            let bytes = bytes.dropLast()
            if bytes.allSatisfy({ $0 < 0x7F }) {
                let hashed = UnsafeRawBufferPointer(rebasing: bytes)
                head = SHA256.hexDigest(of: hashed)
                text.append(contentsOf: hashed)
            } else {
                let hashed = AuditText.escaped(bytes)
                head = SHA256.hexDigest(of: hashed)
                text.append(contentsOf: hashed)
            }
        }
        text.append(contentsOf: AuditLine.beforeHash)
        text.append(contentsOf: head)
        text.append(contentsOf: AuditLine.end)
        text.append(UInt8(ascii: "\n"))
    }

    /// Appends what a line says that was sealed into another chain, as the next one of this chain.
    mutating func sealAgain(_ line: ArraySlice<UInt8>, into text: inout [UInt8]) {
        guard let content = AuditLine.content(of: line) else { return }
        sequence += 1
        var hashed = AuditLine.beforeSequence + Array(String(sequence).utf8)
        hashed.append(contentsOf: content)
        hashed.append(contentsOf: AuditLine.beforePrevious)
        hashed.append(contentsOf: head)
        hashed.append(UInt8(ascii: "\""))
        head = SHA256.hexDigest(of: hashed)
        text.append(contentsOf: hashed)
        text.append(contentsOf: AuditLine.beforeHash)
        text.append(contentsOf: head)
        text.append(contentsOf: AuditLine.end)
        text.append(UInt8(ascii: "\n"))
    }

    /// Takes `line` as the next one; what is wrong with it where it is not that.
    mutating func follow(_ line: AuditLine) -> AuditFlaw? {
        if line.sequence != sequence + 1 { return .wrongNumber(line.sequence, expected: sequence + 1) }
        if line.previous != head { return .wrongPredecessor }
        sequence = line.sequence
        head = line.hash
        return nil
    }
}

/// What keeps a line from being the next link of the chain.
package enum AuditFlaw: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file ends within the line.
    case unfinished
    /// The line is the beginning of an entry, and nothing that follows accounts for it.
    case cutOff
    /// The line accounts for a torn entry before it, and there is none.
    case nothingTorn
    /// The line has not the form of an entry.
    case noEntry
    /// The line's text and its hash do not fit.
    case changed
    /// The line has another number than the next one.
    case wrongNumber(Int, expected: Int)
    /// The line names another hash than that of the line before.
    case wrongPredecessor

    /// One sentence for people.
    package var description: String {
        switch self {
        case .unfinished:
            "The file ends within this entry: it was cut, or is being written, or the program was killed while it wrote "
                + "(the next start then accounts for it, and the file is whole again)"
        case .cutOff: "This entry has no end, and no later entry accounts for that"
        case .nothingTorn: "This entry accounts for torn bytes before it, and they are not there"
        case .noEntry: "This is no entry of an audit file"
        case .changed: "This entry was changed: its text does not have the hash that stands in it"
        case .wrongNumber(let number, let expected) where number > expected:
            "This is entry \(number), and entry \(expected) was to come: \(number - expected) missing before it"
        case .wrongNumber(let number, let expected):
            "This is entry \(number), and entry \(expected) was to come: it stands in the wrong place"
        case .wrongPredecessor: "This entry follows another one than the entry that stands before it"
        }
    }
}
