import Logging
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The audit file of a running service: takes entries from any thread and writes them on one of its own.
final class AuditLog: Sendable {
    private let path: String
    private let retryAfter: Duration
    private let logger: Logger
    private let state: Mutex<State>
    private let degraded = Atomic(false)
    private let news = Alarm()
    private let ended = Alarm()
    /// So long what was written may wait to be safe from a failure of the machine.
    private static let syncAfter: Duration = .seconds(1)
    /// So long the thread sleeps at most where nothing has to be made safe.
    private static let syncedPause: Duration = .seconds(3600)

    private struct State {
        var queue: AuditQueue
        /// Whether the thread sleeps until an entry comes.
        var isIdle = false
    }

    /// Why the file cannot be written at present.
    private struct Failure {
        let since: AuditTime
        let reason: String
        /// So many entries were lost meanwhile; nil until the file tells of it.
        var told: Int?
    }

    /// Opens the file and begins to write.
    ///
    /// - Throws: ``RpcServiceError`` where it cannot be opened, is written by another service, or is no audit file.
    init(_ options: AuditOptions, logger: Logger) throws(RpcServiceError) {
        path = options.path
        retryAfter = options.retryAfter
        self.logger = logger
        state = Mutex(State(queue: AuditQueue(capacity: options.capacity)))
        let hand = Hand(try AuditWriter(options.path))
        guard Worker.start("rpc-audit", { [self] in run(hand.take()) }) else {
            throw .cannotAudit(path, "cannot be written: the system has no thread for it")
        }
    }

    /// Whether entries are missing, or have to wait for the disk.
    var isDegraded: Bool { degraded.load(ordering: .relaxed) }

    /// Takes an entry in. Never waits.
    func report(_ content: AuditEntry.Content) {
        let entry = AuditEntry(content)
        let mustWake = state.withLock { state in
            state.queue.add(entry)
            if state.queue.hasLost { degraded.store(true, ordering: .relaxed) }
            defer { state.isIdle = false }
            return state.isIdle
        }
        if mustWake { news.ring() }
    }

    /// Takes the last entry in, and waits until everything is on the disk or `limit` is over: the thread then goes on
    /// alone. Does not wait without a limit.
    func close(with content: AuditEntry.Content?, within limit: Duration?) {
        let entry = content.map { AuditEntry($0) }
        state.withLock { $0.queue.close(entry) }
        news.ring()
        guard let limit, !ended.wait(atMost: limit) else { return }
        logger.error("The disk holds the end of the audit file up", metadata: ["file": "\(path)"])
    }

    // MARK: - The thread that writes

    private func run(_ writer: consuming AuditWriter?) {
        var failure: Failure?
        // Where the process may write no larger file, a write fails, and that is all: the signal would end the program.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGXFSZ)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        if var writer {
            while !turn(&writer, &failure) {}
        }
        // The file is closed, and another service may open it.
        ended.ring()
    }

    /// Writes what there is, or waits; true at the end.
    private func turn(_ writer: inout AuditWriter, _ failure: inout Failure?) -> Bool {
        var problem = writer.flush()
        if problem == nil, failure != nil || writer.isUnsynced(for: Self.syncAfter) { problem = writer.sync() }
        if let problem { return fail(problem, &failure) }
        if let told = failure?.told {
            failure = nil
            degraded.store(false, ordering: .relaxed)
            logger.notice("The audit file is written again", metadata: ["file": "\(path)", "lost": "\(told)"])
        }
        let batch = state.withLock { $0.queue.take() }
        for entry in batch.entries { writer.append(entry) }
        if let reason = failure?.reason, let since = failure?.since {
            writer.append(AuditEntry(.resumed(reason: reason, since: since, lost: batch.lost)))
            failure?.told = batch.lost
        } else if batch.lost > 0 {
            writer.append(AuditEntry(.gap(lost: batch.lost)))
            degraded.store(false, ordering: .relaxed)
            logger.warning(
                "The audit file misses entries, which came faster than they could be written",
                metadata: ["file": "\(path)", "lost": "\(batch.lost)"]
            )
        }
        if let stop = batch.stop { writer.append(stop) }
        if batch.isLast { return finish(&writer) }
        if batch.isEmpty, failure == nil { wait(&writer, &failure) }
        return false
    }

    /// Says once that the file cannot be written, and waits before it is tried again; true where the service stops.
    private func fail(_ problem: Int32, _ failure: inout Failure?) -> Bool {
        let reason = AuditFile.words(problem)
        degraded.store(true, ordering: .relaxed)
        if failure == nil {
            failure = Failure(since: .now, reason: reason)
            logger.error(
                "The audit file cannot be written; the service goes on without it",
                metadata: ["file": "\(path)", "reason": "\(reason)"]
            )
        }
        let isClosed = news.wait(atMost: retryAfter) { state.withLock { $0.queue.isClosed } }
        return isClosed && giveUp(reason)
    }

    /// Writes the last lines; there is no later to try it in.
    private func finish(_ writer: inout AuditWriter) -> Bool {
        if let problem = writer.flush() ?? writer.sync() { return giveUp(AuditFile.words(problem)) }
        let head = String(decoding: writer.chain.head, as: UTF8.self)
        logger.info(
            "The audit file is closed",
            metadata: ["file": "\(path)", "entries": "\(writer.chain.sequence)", "hash": "\(head)"]
        )
        return true
    }

    private func giveUp(_ reason: String) -> Bool {
        logger.error(
            "The service stops, and the end of the audit file could not be written",
            metadata: ["file": "\(path)", "reason": "\(reason)"]
        )
        return true
    }

    /// Waits for an entry; has what was written put on the disk where none comes.
    private func wait(_ writer: inout AuditWriter, _ failure: inout Failure?) {
        let isIdle = state.withLock { state in
            state.isIdle = state.queue.isEmpty
            return state.isIdle
        }
        guard isIdle else { return }
        let isSynced = !writer.isUnsynced(for: .zero)
        guard !news.wait(atMost: isSynced ? Self.syncedPause : Self.syncAfter) else { return }
        state.withLock { $0.isIdle = false }
        if let problem = writer.sync() { _ = fail(problem, &failure) }
    }
}

/// Hands the writer over to its thread.
private final class Hand: Sendable {
    private let writer: Mutex<AuditWriter?>

    init(_ writer: consuming AuditWriter) { self.writer = Mutex(writer) }

    func take() -> AuditWriter? {
        writer.withLock { writer in
            let taken = writer.take()
            return taken
        }
    }
}
