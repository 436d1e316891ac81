import AcquisitionModel
public import Logging
import Synchronization

/// The service over any transport. `createApiService` of AcquisitionZeroMQ makes one over ZeroMQ, ``InProcessTransport``
/// carries one within a process.
public final class TransportRpcService: RpcService {
    /// What the service was made with.
    public let options: RpcOptions
    let transport: any ServiceTransport
    let logger: Logger
    let executor: CommandExecutor
    let commands: CommandPipeline
    let tally = Tally()
    let time = ServiceTime()
    /// Nil for a service without an audit file.
    let audit: ServiceAudit?
    let state: Mutex<State>
    let delegate = Mutex(Delegate())
    /// For lines that others can repeat without end.
    let log: RepeatLogger
    /// Held while the service starts: requests that come in meanwhile, and whoever stops it, wait for the end of that.
    let starting = Mutex<Void>(())
    let spare: SpareBuffers
    let nullNumbers = NullNumberLog()
    /// How long what was published may take to leave when the service stops.
    private static let flushLimit: Duration = .milliseconds(250)
    /// How long a stop waits for another one, which keeps to its own limits.
    private static let stopLimit: Duration = .seconds(2)

    /// The function stands in a struct of its own: a function that is itself what a generic lock guards is wrapped once
    /// more by the compiler each time it passes through the lock, and every call would be slower than the one before.
    struct Delegate {
        var function: CommandRequestDelegate?
    }

    struct State {
        var lifecycle = ServiceLifecycle()
        var endpoints: RpcEndpoints?
        var publisher: (any MessagePublisher)?
        /// The index of the last event.
        var counter = EventCounter()
        /// What was published since the start.
        var published = TopicCounts()
        var timekeeper: Timekeeper?
        /// Who waits in ``run()``.
        var running: [CheckedContinuation<Void, Never>] = []
        /// The thread that stops the service.
        var stopper: UInt?
        /// Who waits on other threads for the end of that.
        var waitingForStop: [Alarm] = []
    }

    /// A service that is not started yet.
    public init(options: RpcOptions, transport: any ServiceTransport, logger: Logger) {
        self.options = options
        self.transport = transport
        let logger = logger.safe
        self.logger = logger
        log = RepeatLogger(logger)
        executor = CommandExecutor(log: log, tally: tally)
        commands = CommandPipeline(limits: options.load, deduplicate: options.deduplicate)
        audit = ServiceAudit(options.audit, logger: logger, tally: tally)
        spare = SpareBuffers(limits: options.limits)
        state = Mutex(State())
    }

    deinit {
        // Whoever lets go of a running service did not stop it; nothing of it may live on.
        let (timekeeper, isRunning) = state.withLock { ($0.timekeeper, $0.lifecycle.stop()) }
        timekeeper?.stop()
        guard isRunning else { return }
        for task in commands.withRegistry({ $0.close().tasks }) { task.cancel() }
        audit?.letGo()
        let transport = transport
        if !Worker.start("rpc-stop", { transport.stop(flush: .zero) }) { transport.stop(flush: .zero) }
    }

    // MARK: - Life

    /// Where the service can be reached; nil unless it runs.
    public var endpoints: RpcEndpoints? {
        state.withLock { $0.lifecycle.phase == .running ? $0.endpoints : nil }
    }

    /// What the service did, refused, dropped and lost since its start; zeros are left out.
    public var counters: [ServiceCounter: Int] {
        var counters = tally.values
        let undelivered = transport.undeliveredReplies
        if undelivered > 0 { counters[.undeliveredReplies] = undelivered }
        return counters
    }

    /// Sets who answers commands; nil for nobody.
    public func setDelegate(_ delegate: CommandRequestDelegate?) {
        replaceDelegate(delegate)
    }

    /// The old one is let go of when nothing is locked: it may hold the last reference to an object of the program's whose
    /// end calls the service.
    private func replaceDelegate(_ delegate: CommandRequestDelegate?) {
        let old = self.delegate.withLock { kept in
            let old = kept
            let isOver = state.withLock { $0.lifecycle.phase == .stopping || $0.lifecycle.phase == .stopped }
            kept.function = isOver ? nil : delegate
            return old
        }
        withExtendedLifetime(old) {}
    }

    /// Binds everything and begins to answer commands and to send heartbeats.
    ///
    /// - Throws: ``RpcServiceError``; then nothing is bound.
    public func start() throws(RpcServiceError) {
        let endpoints = try starting.withLock { _ throws(RpcServiceError) in try bind() }
        logger.info(
            "The service runs",
            metadata: [
                "subscriber": "\(endpoints.subscriber.joined(separator: " "))",
                "command": "\(endpoints.command.joined(separator: " "))",
                "release": "\(options.dialect.release)", "security": "\(transport.exposure.rawValue)",
            ]
        )
        if transport.exposure == .insecureRemote {
            logger.warning("Anybody on the network may give commands: the service listens there without keys")
        }
    }

    private func bind() throws(RpcServiceError) -> RpcEndpoints {
        try options.check()
        try state.withLock { state throws(RpcServiceError) in try state.lifecycle.start() }
        let timekeeper = Timekeeper(
            interval: options.heartbeatInterval,
            beat: { [weak self] in self?.beat() },
            look: { [weak self] in self?.lookAfterCommands() ?? .none }
        )
        do throws(RpcServiceError) {
            try audit?.open()
            guard timekeeper.start() else {
                throw RpcServiceError(.transport, "The system has no thread for the service's clock")
            }
            transport.report { [weak self] in self?.heard($0) }
            // Before the first request, whose reply may say it.
            time.begin()
            let (endpoints, publisher) = try transport.start { [weak self] in self?.answer($0) }
            state.withLock { state in
                state.endpoints = endpoints
                state.publisher = publisher
                state.timekeeper = timekeeper
                state.lifecycle.started()
            }
            audit?.started(options, endpoints)
            return endpoints
        } catch {
            timekeeper.stop()
            audit?.abandon()
            state.withLock { $0.lifecycle.failedToStart() }
            throw error
        }
    }

    /// Ends the service within 2 seconds, blocking the calling thread; where another thread is stopping it, waits for
    /// that.
    public func stop() {
        starting.withLock { _ in }
        let (isFirst, timekeeper) = state.withLock { state in
            let isFirst = state.lifecycle.stop()
            if isFirst { state.stopper = Worker.current }
            return (isFirst, state.timekeeper)
        }
        guard isFirst else { return waitForStop() }
        let tasks = commands.decide {
            let (effects, tasks) = $0.close()
            return (effects, tasks)
        } perform: {
            perform($0.action, of: $0.job)
        }
        for task in tasks { task.cancel() }
        commands.waitForEffects(atMost: .milliseconds(500))
        // The clock goes on until the transport is closed, since it frees a transport that a delegate blocks.
        transport.stop(flush: Self.flushLimit)
        timekeeper?.stop()
        audit?.close()
        replaceDelegate(nil)
        let (running, waiting) = state.withLock { state in
            state.lifecycle.stopped()
            state.publisher = nil
            state.timekeeper = nil
            state.stopper = nil
            defer { (state.running, state.waitingForStop) = ([], []) }
            return (state.running, state.waitingForStop)
        }
        for alarm in waiting { alarm.ring() }
        for continuation in running { continuation.resume() }
        log.finish()
        logger.info("The service has stopped")
    }

    /// Starts the service and serves until it is stopped, or until the task is cancelled, which stops it.
    ///
    /// - Throws: ``RpcServiceError`` where the service cannot start.
    public func run() async throws(RpcServiceError) {
        try start()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    let isOver = state.lifecycle.phase == .stopped
                    if !isOver { state.running.append(continuation) }
                    return isOver
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            // On a thread of its own: whoever cancels does not wait.
            if !Worker.start("rpc-stop", { self.stop() }) { stop() }
        }
    }

    private func waitForStop() {
        let alarm = Alarm()
        let isWaiting = state.withLock { state in
            // What is cancelled by the stop may call it again, on the same thread.
            let isWaiting = state.lifecycle.phase == .stopping && state.stopper != Worker.current
            if isWaiting { state.waitingForStop.append(alarm) }
            return isWaiting
        }
        if isWaiting { alarm.wait(atMost: Self.stopLimit) }
    }

    /// Ends the service within 2 seconds, without blocking a thread of the pool.
    public func stop() async {
        await withCheckedContinuation { continuation in
            let stop: @Sendable () -> Void = {
                self.stop()
                continuation.resume()
            }
            if !Worker.start("rpc-stop", stop) { stop() }
        }
    }
}
