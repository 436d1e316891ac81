/// The hand that writes the audit file. It belongs to one thread at a time.
///
/// What could not be written is kept and written later from exactly where the disk was full: nothing that was taken is
/// lost while the program runs, and no line is torn.
struct AuditWriter: ~Copyable, Sendable {
    private let file: AuditFile
    private(set) var chain: AuditChain
    private var text: [UInt8]
    private var written = 0
    /// Since when something is written that may not be on the disk.
    private var unsyncedSince: ContinuousClock.Instant?

    /// Opens the file and finds its end.
    init(_ path: String) throws(RpcServiceError) {
        let file = try AuditFile(appendingTo: path)
        let end = try Self.end(of: file, path)
        self.file = file
        chain = end.chain
        text = end.closing(&chain)
    }

    private static func end(of file: borrowing AuditFile, _ path: String) throws(RpcServiceError) -> AuditEnd {
        do {
            let (bytes, isAll) = try file.tail(atMost: AuditEnd.size)
            return try AuditEnd(bytes, isAll: isAll)
        } catch let error as AuditReadError {
            throw .cannotAudit(path, "cannot be read: \(error)", error.number)
        } catch {
            let advice = "`remote-console audit verify` tells more; move the file away to begin another"
            throw .cannotAudit(path, "cannot be continued. Its end is damaged, or it is no audit file: \(advice)")
        }
    }

    /// Takes an entry in, which ``flush()`` writes.
    mutating func append(_ entry: AuditEntry) { chain.seal(entry, into: &text) }

    /// Writes everything that was taken in; the system's error number where that fails.
    mutating func flush() -> Int32? {
        guard written < text.count else { return nil }
        let (count, problem) = text.withUnsafeBytes { bytes in
            file.append(UnsafeRawBufferPointer(rebasing: bytes[written...]))
        }
        written += count
        if count > 0, unsyncedSince == nil { unsyncedSince = .now }
        guard problem == nil else { return problem }
        text.removeAll(keepingCapacity: text.capacity <= 1 << 20)
        written = 0
        return nil
    }

    /// Waits until what was written is on the disk; the system's error number where that fails.
    mutating func sync() -> Int32? {
        if let problem = file.sync() { return problem }
        unsyncedSince = nil
        return nil
    }

    /// Whether something that is written may not be on the disk, since `duration` or longer.
    func isUnsynced(for duration: Duration) -> Bool {
        unsyncedSince.map { ContinuousClock.now - $0 >= duration } ?? false
    }
}
