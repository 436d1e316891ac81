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
    private let log: RepeatLogger
    private let tally: Tally
    private let state: Mutex<State>
    private let degraded = Atomic(false)
    private let news = Alarm()
    private let ended = Alarm()
    /// So long what was written may wait to be safe from a failure of the machine; so often the thread looks whether the
    /// file is still there.
    private static let pause: Duration = .seconds(1)
    /// A disk that fails is not tried more often than this.
    private static let shortestRetry: Duration = .milliseconds(10)

    private struct State {
        var queue: AuditQueue
        var limiter = AuditLimiter()
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
    init(_ options: AuditOptions, logger: Logger, tally: Tally = Tally()) throws(RpcServiceError) {
        path = options.path
        retryAfter = max(options.retryAfter.saturated, Self.shortestRetry)
        self.logger = logger
        self.tally = tally
        log = RepeatLogger(logger)
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
        let kind = entry.limitedKind
        let (isLost, mustWake) = state.withLock { state in
            if let kind, !state.limiter.admits(kind, at: entry.time) { return (false, false) }
            let isLost = !state.queue.add(entry)
            if isLost { degraded.store(true, ordering: .relaxed) }
            defer { state.isIdle = false }
            return (isLost, state.isIdle)
        }
        if isLost { tally.add(.auditLost) }
        if mustWake { news.ring() }
    }

    /// Has the thread look at once whether the file is still there, and open another one where it is not.
    func look() { news.ring() }

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
        log.finish()
        // The file is closed, and another service may open it.
        ended.ring()
    }

    /// Writes what there is, or waits; true at the end.
    private func turn(_ writer: inout AuditWriter, _ failure: inout Failure?) -> Bool {
        log.flush()
        var problem = writer.flush()
        if let left = writer.takeLeft() { tell(left) }
        if problem == nil, failure != nil || writer.isUnsynced(for: Self.pause) { problem = writer.sync() }
        if let problem { return fail(problem, writer.unwritten, &failure) }
        if let told = failure?.told {
            failure = nil
            degraded.store(false, ordering: .relaxed)
            log.log(.notice, "The audit file is written again", ["file": "\(path)", "lost": "\(told)"])
        }
        let isWritten = failure == nil
        let (batch, summaries) = state.withLock { state -> (AuditQueue.Batch, [AuditEntry]) in
            let batch = state.queue.take()
            // Under the lock under which entries are lost: what is lost later degrades it again.
            if isWritten, batch.lost > 0 { degraded.store(false, ordering: .relaxed) }
            guard state.limiter.isCounting else { return (batch, []) }
            return (batch, state.limiter.take(at: .now, isLast: batch.isLast))
        }
        for entry in batch.entries { writer.append(entry) }
        if let reason = failure?.reason, let since = failure?.since {
            writer.append(AuditEntry(.resumed(reason: reason, since: since, lost: batch.lost)))
            failure?.told = batch.lost
        } else if batch.lost > 0 {
            writer.append(AuditEntry(.gap(lost: batch.lost)))
            log.warning(
                "The audit file misses entries, which came faster than they could be written",
                ["file": "\(path)", "lost": "\(batch.lost)"]
            )
        }
        for summary in summaries { writer.append(summary) }
        if let stop = batch.stop { writer.append(stop) }
        if batch.isLast { return finish(&writer) }
        if batch.isEmpty, summaries.isEmpty, failure == nil { wait() }
        return false
    }

    /// Says that the file had gone, and that there is another one.
    private func tell(_ left: AuditDisplacement) {
        tally.add(.auditReopened)
        log.warning(
            "The audit file was moved, removed or cut while it was written; another one is begun",
            ["file": "\(path)", "what": "\(left.rawValue)"]
        )
    }

    /// Says once that the file cannot be written, and waits before it is tried again; true where the service stops.
    private func fail(_ reason: String, _ unwritten: Int, _ failure: inout Failure?) -> Bool {
        degraded.store(true, ordering: .relaxed)
        if failure == nil {
            failure = Failure(since: .now, reason: reason)
            log.error(
                "The audit file cannot be written; the service goes on without it",
                ["file": "\(path)", "reason": "\(reason)"]
            )
        }
        let isClosed = news.wait(atMost: retryAfter) { state.withLock { $0.queue.isClosed } }
        return isClosed && giveUp(reason, unwritten)
    }

    /// Writes the last lines; there is no later to try it in.
    private func finish(_ writer: inout AuditWriter) -> Bool {
        if let problem = writer.flush() ?? writer.sync() { return giveUp(problem, writer.unwritten) }
        let head = String(decoding: writer.chain.head, as: UTF8.self)
        logger.info(
            "The audit file is closed",
            metadata: ["file": "\(path)", "entries": "\(writer.chain.sequence)", "hash": "\(head)"]
        )
        return true
    }

    /// What is not written by now is lost: with it the entries that came since, and the last one.
    private func giveUp(_ reason: String, _ unwritten: Int) -> Bool {
        let queued = state.withLock { state in
            let batch = state.queue.take()
            return batch.entries.count + (batch.stop == nil ? 0 : 1)
        }
        tally.add(.auditLost, max(1, unwritten + queued))
        logger.error(
            "The service stops, and the end of the audit file could not be written",
            metadata: ["file": "\(path)", "reason": "\(reason)"]
        )
        return true
    }

    /// Waits for an entry, and not for long: the file may go, and what was written is to be safe.
    private func wait() {
        let isIdle = state.withLock { state in
            state.isIdle = state.queue.isEmpty
            return state.isIdle
        }
        guard isIdle else { return }
        news.wait(atMost: Self.pause)
        state.withLock { $0.isIdle = false }
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
