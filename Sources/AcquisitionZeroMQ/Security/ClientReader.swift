import AcquisitionRPC
import Logging
import Synchronization
import ZeroMQ

/// Where a reader reads who may come in. Both functions may hang, and are called on the reader's thread only.
protocol ClientSource: AnyObject, Sendable {
    /// A watch of what is read, made before it is; nil where the system tells nothing.
    func watch() -> ChangeWatch?

    /// Who may come in now; nil where nothing has changed since the last time.
    func read() -> (contents: ClientDirectory.Contents, problems: [CertificateError])?
}

/// The thread on which the folder of clients is read, and what it read last.
final class ClientReader: Sendable {
    /// Is told when the files do not answer, and when they do again. From any thread.
    typealias Report = @Sendable (TransportReport) -> Void

    private let source: any ClientSource
    let limits: ClientCache.Limits
    private let logger: Logger
    private let log: RepeatLogger
    private let report: Report
    private let news = Alarm()
    private let state: Mutex<State>

    private struct State: ~Copyable {
        var cache: ClientCache
        var watch: ChangeWatch?
        var waiting: [Alarm] = []
        var isRunning = false
        var isClosed = false
        var reads = 0
    }

    init(
        _ source: any ClientSource,
        limits: ClientCache.Limits = ClientCache.Limits(),
        logger: Logger,
        report: @escaping Report = { _ in }
    ) {
        self.source = source
        self.limits = limits
        self.logger = logger
        self.report = report
        log = RepeatLogger(logger)
        state = Mutex(State(cache: ClientCache(limits: limits)))
    }

    /// How often the source had something new.
    var reads: Int { state.withLock { $0.reads } }

    /// Gives `body` what the files say now; nil where they do not answer in time.
    func look<Value: Sendable>(
        within patience: Duration,
        _ body: (ClientDirectory.Contents) -> Value
    ) -> Value? {
        let (alarm, reading): (Alarm, Int)
        switch begin(within: patience, body) {
        case .known(let value): return value
        case .late: return late()
        case .ask(let number, let waiter): (reading, alarm) = (number, waiter)
        }
        news.ring()
        alarm.wait(atMost: patience) { state.withLock { $0.cache.hasAnswered(reading) } }
        let found = state.withLock { state in
            state.waiting.removeAll { $0 === alarm }
            return state.cache.hasAnswered(reading) ? body(state.cache.contents) : nil
        }
        return found ?? late()
    }

    /// What is known of a client without asking.
    func lastKnown(_ key: CurveKey) -> ClientCache.LastKnown { state.withLock { $0.cache.lastKnown(key, at: .now) } }

    /// Ends the thread, for which nobody waits.
    func close() {
        state.withLock { $0.isClosed = true }
        news.ring()
        log.finish()
    }

    private enum Beginning<Value: Sendable>: Sendable {
        case known(Value)
        case late
        case ask(Int, Alarm)
    }

    private func begin<Value: Sendable>(
        within patience: Duration,
        _ body: (ClientDirectory.Contents) -> Value
    ) -> Beginning<Value> {
        let (beginning, mustStart) = state.withLock { state -> (Beginning<Value>, Bool) in
            let isQuiet = state.watch?.isQuiet ?? false
            switch state.cache.look(at: .now, isQuiet: isQuiet, within: patience) {
            case .known: return (.known(body(state.cache.contents)), false)
            case .late: return (.late, false)
            case .ask(let reading):
                let alarm = Alarm()
                state.waiting.append(alarm)
                defer { state.isRunning = true }
                return (.ask(reading, alarm), !state.isRunning && !state.isClosed)
            }
        }
        if mustStart, !Worker.start("rpc-keys", { [self] in run() }) { state.withLock { $0.isRunning = false } }
        return beginning
    }

    /// The files have not answered.
    private func late<Value>() -> Value? {
        guard state.withLock({ !$0.isClosed && $0.cache.mustTell(at: .now) }) else { return nil }
        log.error("The folder of keys does not answer; what was known last counts for a while, and nobody comes in")
        report(.degraded(part: "keys", reason: "The folder of keys does not answer"))
        return nil
    }

    // MARK: - The thread

    private func run() {
        while !state.withLock({ $0.isClosed }) {
            log.flush()
            let reading = state.withLock { $0.cache.mustRead ? $0.cache.begin(at: .now) : nil }
            guard let reading else {
                news.wait(atMost: .seconds(3600))
                continue
            }
            // What changes from here on shows in the watch; what changed before, in what is read.
            let isQuiet = state.withLock { $0.watch?.isQuiet ?? false }
            let watch = isQuiet ? nil : source.watch()
            let found = source.read()
            finish(reading, watch, isQuiet: isQuiet, found?.contents)
            for problem in found?.problems ?? [] {
                logger.warning("A key is not used as it is", metadata: ["reason": "\(problem)"])
            }
        }
    }

    private func finish(
        _ reading: Int,
        _ watch: consuming ChangeWatch?,
        isQuiet: Bool,
        _ contents: ClientDirectory.Contents?
    ) {
        var new: ChangeWatch? = watch
        let (waiting, isNews) = state.withLock { state in
            if !isQuiet { state.watch = new.take() }
            if contents != nil { state.reads += 1 }
            let isNews = state.cache.end(reading, contents, at: .now)
            defer { state.waiting = [] }
            return (state.waiting, isNews)
        }
        for alarm in waiting { alarm.ring() }
        guard isNews else { return }
        log.log(.notice, "The folder of keys answers again")
        report(.recovered(part: "keys"))
    }
}

/// The folder `clients`. Files that have not changed are not read again.
final class FolderOfClients: ClientSource {
    private let directory: ClientDirectory
    private let above: String
    private let now: @Sendable () -> FileStamp.Time
    private let state = Mutex(State())

    private struct State {
        var contents: ClientDirectory.Contents?
        var folder: FileStamp?
        var readAt: FileStamp.Time?
        var problems: [CertificateError] = []
    }

    init(_ directory: ClientDirectory, above: String, now: @escaping @Sendable () -> FileStamp.Time = { .now }) {
        self.directory = directory
        self.above = above
        self.now = now
    }

    func watch() -> ChangeWatch? { ChangeWatch([above, directory.path]) }

    func read() -> (contents: ClientDirectory.Contents, problems: [CertificateError])? {
        // One thread reads; what is kept between two readings is taken out and put back, so that no lock is held.
        var kept = state.withLock { $0 }
        if isCurrent(kept) { return nil }
        let problems = read(&kept)
        state.withLock { $0 = kept }
        return (kept.contents ?? ClientDirectory.Contents(), problems)
    }

    /// Whether neither the folder nor a file in it has changed. What changed a moment ago may have changed once more.
    private func isCurrent(_ kept: State) -> Bool {
        guard let contents = kept.contents, let readAt = kept.readAt, let folder = kept.folder,
            folder.isSettled(at: readAt), FileStamp(directory.path) == folder
        else { return false }
        return contents.files.allSatisfy { name, file in
            file.stamp.isSettled(at: readAt) && FileStamp("\(directory.path)/\(name)") == file.stamp
        }
    }

    /// Reads everything anew; what is wrong that was not wrong before.
    private func read(_ kept: inout State) -> [CertificateError] {
        // Before the files: what changes while they are read shows at the next look.
        let now = now()
        let folder = FileStamp(directory.path)
        var problems: [CertificateError] = []
        do throws(CertificateError) {
            let contents = try directory.read(reusing: kept.contents?.files ?? [:], readAt: kept.readAt)
            problems = contents.problems
            kept.contents = contents
        } catch {
            // Whom nobody can look up may not come in.
            problems = [error]
            kept.contents = ClientDirectory.Contents()
        }
        kept.folder = folder
        kept.readAt = now
        defer { kept.problems = problems }
        return problems.filter { !kept.problems.contains($0) }
    }
}
