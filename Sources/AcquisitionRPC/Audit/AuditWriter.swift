import AcquisitionModel

/// The hand that writes the audit file. It belongs to one thread at a time.
///
/// What could not be written is kept and written later from exactly where the disk was full: nothing that was taken is
/// lost while the program runs, and no line is torn. Where the file is moved, removed or cut meanwhile, the writer goes on
/// in a new one at the same path, which says so and repeats what may be lost with the old one.
struct AuditWriter: ~Copyable, Sendable {
    private let path: String
    /// Nil while there is none at the path that could be written.
    private var file: AuditFile?
    private(set) var chain: AuditChain
    /// The chain up to the last line that certainly stands in the file.
    private var confirmed: AuditChain
    private var text: [UInt8]
    private var written = 0
    /// Since when something is written that may not be on the disk.
    private var unsyncedSince: ContinuousClock.Instant?
    private var interruption: Interruption?
    /// What the file became that was left, once another one is open; the caller takes it away.
    private(set) var left: AuditDisplacement?
    /// How often one flush goes on in another file at the most.
    private static let maximumMoves = 3

    /// What is known of a file that was left.
    private struct Interruption: Sendable {
        let displacement: AuditDisplacement
        /// The end of its chain.
        let previous: AuditChain
        /// Whole lines that may not stand in it.
        let lines: [ArraySlice<UInt8>]
    }

    /// Opens the file and finds its end.
    init(_ path: String) throws(RpcServiceError) {
        let file = try AuditFile(appendingTo: path)
        let end = try Self.end(of: file, path)
        self.path = path
        self.file = consume file
        chain = end.chain
        confirmed = end.chain
        text = end.closing(&chain)
    }

    private static func end(of file: borrowing AuditFile, _ path: String) throws(RpcServiceError) -> AuditEnd {
        do {
            let (bytes, isAll) = try file.tail(atMost: AuditEnd.size)
            return try AuditEnd(bytes, isAll: isAll)
        } catch let error as AuditReadError {
            throw .cannotAudit(path, "cannot be read: \(error)", error.number)
        } catch {
            let command = ShellText.command(["remote-console", "audit", "verify", path])
            let advice = "move the file away to begin another; to see more: \(command)"
            throw .cannotAudit(path, "cannot be continued. Its end is damaged, or it is no audit file: \(advice)")
        }
    }

    /// Takes an entry in, which ``flush()`` writes. Only while ``isOpen``.
    mutating func append(_ entry: AuditEntry) { chain.seal(entry, into: &text) }

    /// How many entries are taken in and not written.
    var unwritten: Int {
        text[written...].reduce(into: interruption?.lines.count ?? 0) { if $1 == UInt8(ascii: "\n") { $0 += 1 } }
    }

    /// Whether there is a file to write into.
    var isOpen: Bool { file != nil }

    /// Writes everything that was taken in; why not, where that fails.
    mutating func flush() -> String? {
        for _ in 0..<Self.maximumMoves {
            // Before and after: nothing is written into a file that was moved, or believed to be in one that is gone.
            look()
            if file == nil, let problem = reopen() { return problem }
            guard written < text.count else { return nil }
            if let problem = write() { return problem }
            look()
            guard file != nil else { continue }
            confirmed = chain
            text.removeAll(keepingCapacity: text.capacity <= 1 << 20)
            written = 0
            return nil
        }
        return "it is moved again and again"
    }

    private mutating func write() -> String? {
        let (count, problem) = text.withUnsafeBytes { bytes in
            file?.append(UnsafeRawBufferPointer(rebasing: bytes[written...])) ?? (0, nil)
        }
        written += count
        if count > 0, unsyncedSince == nil { unsyncedSince = .now }
        return problem.map(AuditFile.words)
    }

    /// Waits until what was written is on the disk; why not, where that fails.
    mutating func sync() -> String? {
        if let problem = file?.sync() { return AuditFile.words(problem) }
        unsyncedSince = nil
        return nil
    }

    /// Whether something that is written may not be on the disk, since `duration` or longer.
    func isUnsynced(for duration: Duration) -> Bool {
        unsyncedSince.map { ContinuousClock.now - $0 >= duration } ?? false
    }

    // MARK: - Another file

    /// The caller has told what became of the file that was left.
    mutating func takeLeft() -> AuditDisplacement? {
        defer { left = nil }
        return left
    }

    /// Leaves the file where it is no longer what it was.
    mutating func look() {
        guard let displacement = file?.displacement(from: path) else { return }
        if displacement == .cut { file?.takeBack(text[..<written]) }
        leave(displacement)
    }

    private mutating func leave(_ displacement: AuditDisplacement) {
        let kept = displacement.isKept ? written : 0
        var lines: [ArraySlice<UInt8>] = []
        var end = confirmed
        var start = 0
        while let feed = text[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let bytes = text[start..<feed]
            if let line = try? AuditLine(bytes) {
                // Bytes that were torn stand only in the file that was left.
                if feed >= kept, line.kind != "torn" { lines.append(bytes) }
                if feed < kept { end = AuditChain(sequence: line.sequence, head: line.hash) }
            }
            start = feed + 1
        }
        if displacement.isKept, written == text.count {
            // The last that is written there; where that fails, the new file tells as much.
            var last: [UInt8] = []
            end.seal(AuditEntry(.moved(displacement)), into: &last)
            _ = last.withUnsafeBytes { file?.append($0) }
            _ = file?.sync()
        }
        file = nil
        interruption = Interruption(displacement: displacement, previous: end, lines: lines)
        text = []
        written = 0
        unsyncedSince = nil
    }

    /// Opens a file at the path again; why not, where that fails.
    private mutating func reopen() -> String? {
        guard let interruption else { return nil }
        do throws(RpcServiceError) {
            let file = try AuditFile(appendingTo: path)
            let end = try Self.end(of: file, path)
            self.file = consume file
            chain = end.chain
            confirmed = end.chain
            text = end.closing(&chain)
        } catch {
            return error.message
        }
        append(
            AuditEntry(
                .reopened(
                    interruption.displacement,
                    previous: interruption.previous,
                    repeated: interruption.lines.count
                )
            )
        )
        for line in interruption.lines { chain.sealAgain(line, into: &text) }
        left = interruption.displacement
        self.interruption = nil
        return nil
    }
}
