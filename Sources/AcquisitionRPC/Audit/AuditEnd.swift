import AcquisitionModel

/// Where an audit file ends: where the next service goes on.
struct AuditEnd: Sendable, Hashable {
    /// The chain up to the last whole entry.
    var chain = AuditChain()
    /// Whether the file's last line lacks its line feed.
    var lacksLineFeed = false
    /// What stands behind the last whole entry, without a line feed at its end.
    var torn: [UInt8] = []

    /// So much of a file's end is looked at.
    static let size = 4 * AuditLine.longest

    /// Reads the end of a file: `bytes` are the last ones, or all.
    init(_ bytes: [UInt8], isAll: Bool) throws(AuditFlaw) {
        let bytes = isAll ? ByteOrderMark.dropped(from: bytes) : bytes
        guard let last = bytes.last else { return }
        lacksLineFeed = last != UInt8(ascii: "\n")
        var end = lacksLineFeed ? bytes.count : bytes.count - 1
        let whole = end
        // Backwards, over what was torn, to the last entry that is whole.
        while true {
            let before = bytes[..<end].lastIndex(of: UInt8(ascii: "\n"))
            // The file's first line, or one whose beginning was not read.
            guard before != nil || isAll else { throw .noEntry }
            let start = before.map { $0 + 1 } ?? 0
            do throws(AuditFlaw) {
                let line = try AuditLine(bytes[start..<end])
                chain = AuditChain(sequence: line.sequence, head: line.hash)
                torn = end < whole ? Array(bytes[(end + 1)..<whole]) : []
                return
            } catch {
                guard error == .cutOff else { throw error }
                guard let before else {
                    torn = Array(bytes[..<whole])
                    return
                }
                end = before
            }
        }
    }

    /// What a service writes first: the end of a line, and the entry that accounts for what was torn. Goes on with
    /// `chain`.
    func closing(_ chain: inout AuditChain) -> [UInt8] {
        var text: [UInt8] = lacksLineFeed ? [UInt8(ascii: "\n")] : []
        if !torn.isEmpty {
            chain.seal(AuditEntry(.torn(bytes: torn.count, digest: SHA256.hexDigest(of: torn))), into: &text)
        }
        return text
    }
}
