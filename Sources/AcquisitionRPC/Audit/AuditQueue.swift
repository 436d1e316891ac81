/// What waits to be written into the audit file. Bounded: what does not fit is counted.
struct AuditQueue: Sendable {
    /// What the thread that writes has to do.
    struct Batch: Sendable {
        var entries: [AuditEntry] = []
        /// So many did not fit, after these.
        var lost = 0
        /// The last entry, after what was lost.
        var stop: AuditEntry?
        /// Whether no more will come.
        var isLast = false

        var isEmpty: Bool { entries.isEmpty && lost == 0 && !isLast }
    }

    /// The bodies of requests may be large; so much of them may wait.
    private static let mostBytes = 16 << 20

    private let capacity: Int
    private var batch = Batch()
    private var bytes = 0
    private(set) var isClosed = false

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// Takes an entry, or counts it; false where it is lost.
    mutating func add(_ entry: AuditEntry) -> Bool {
        guard !isClosed else { return true }
        // Once one is lost, so is what comes after it, until the count is taken: a gap stands where the entries were.
        guard batch.lost == 0, batch.entries.count < capacity, bytes + entry.size <= Self.mostBytes else {
            batch.lost += 1
            return false
        }
        batch.entries.append(entry)
        bytes += entry.size
        return true
    }

    /// Takes the last entry, which always fits.
    mutating func close(_ entry: AuditEntry?) {
        guard !isClosed else { return }
        isClosed = true
        batch.isLast = true
        batch.stop = entry
    }

    /// Gives everything away.
    mutating func take() -> Batch {
        defer {
            batch = Batch()
            bytes = 0
        }
        return batch
    }

    /// Whether there is nothing to write.
    var isEmpty: Bool { batch.isEmpty }
}
