import AcquisitionModel
import Synchronization

/// The commands that are being worked on, those whose result the application has promised to publish, and the answers
/// that were given lately.
final class CommandDesk: Sendable {
    private let state: Mutex<State>
    private let limits: LoadLimits
    private let handedOver = Alarm()

    struct State {
        var isOpen = true
        var jobs: [UInt64: CommandJob] = [:]
        /// The jobs whose client waits for its first answer, with the connection that they count for.
        var inFlight: [UInt64: [UInt8]] = [:]
        /// How many replies and results are on their way to the transport.
        var handingOver = 0
        /// Until when each job may take before its client is told that it is pending.
        var answerDeadlines = DeadlineQueue<UInt64>()
        /// Until when a pending command may take.
        var resultDeadlines = DeadlineQueue<Pending>()
        /// Commands that the delegate itself answered PENDING_WITH_NOTIFICATION, in order.
        var promised: [Promise: [PromisedResult]] = [:]
        var promisedCount = 0
        /// Promises that were kept too late, or will be: their results are dropped.
        var broken: [Promise: Int] = [:]
        var admission: Admission
        var memory: AnswerMemory?
    }

    struct Promise: Hashable {
        let command: ApiCommand
        let nonce: JSONValue
    }

    struct PromisedResult {
        let id: UInt64
        let key: AnswerMemory.Key?
    }

    /// A command whose result is still to be published: by its job, or by the application.
    enum Pending: Sendable {
        case job(UInt64)
        case promise(Promise, id: UInt64)
    }

    /// A delegate that never keeps its promises must not fill the memory.
    private static let mostPromises = 10_000

    init(limits: LoadLimits = LoadLimits(), deduplicate window: Duration? = nil) {
        self.limits = limits
        state = Mutex(
            State(admission: Admission(limits: limits), memory: window.map { AnswerMemory(window: $0) })
        )
    }

    /// What becomes of a command that came in.
    enum Opening: Sendable, Hashable {
        /// It may run.
        case admitted
        /// The service stops.
        case closed
        case refused(Admission.Refusal)
        /// It came before, and nothing but this is to be done.
        case again(AnswerMemory.Verdict)
    }

    /// Takes a client's command in.
    func open(
        _ job: CommandJob,
        digest: BodyDigest?,
        now: ContinuousClock.Instant,
        deadline: ContinuousClock.Instant?
    ) -> Opening {
        let isUrgent = job.request.command == .emergencyStop
        return state.withLock { state in
            guard state.isOpen else { return .closed }
            var mayBeRemembered = false
            if let key = job.key, let digest, let peer = job.peer {
                let verdict = state.memory?.look(key, digest, from: peer, now: now)
                // An emergency stop under a used nonce is a stop all the same.
                mayBeRemembered = verdict == .new
                if let verdict, verdict != .new, !(isUrgent && (verdict == .conflict || verdict == .full)) {
                    return .again(verdict)
                }
            }
            let connection = job.peer?.envelope.first ?? []
            let pending = state.jobs.count - state.inFlight.count + state.promisedCount
            if let refusal = state.admission.enter(connection, isUrgent: isUrgent, pending: pending, now: now) {
                return .refused(refusal)
            }
            if mayBeRemembered, let key = job.key, let digest { state.memory?.begin(key, digest, now: now) }
            state.jobs[job.id] = job
            state.inFlight[job.id] = connection
            if let deadline { state.answerDeadlines.append(deadline, job.id) }
            return .admitted
        }
    }

    /// Takes in work whose client was told PENDING_WITH_NOTIFICATION already; false where the desk is closed.
    func open(later job: CommandJob) -> Bool {
        state.withLock { state in
            guard state.isOpen else { return false }
            state.jobs[job.id] = job
            expireLater(.job(job.id), in: &state)
            return true
        }
    }

    private func expireLater(_ pending: Pending, in state: inout State) {
        guard let time = limits.pendingTime else { return }
        state.resultDeadlines.append(.now + time, pending)
    }

    /// The job's client has its first answer, `reply`; who else waits for it.
    func answered(_ job: CommandJob, _ reply: [UInt8], isPending: Bool) -> [PeerAddress] {
        state.withLock { state in
            if let connection = state.inFlight.removeValue(forKey: job.id) {
                state.admission.leave(connection)
                if isPending, state.jobs[job.id] != nil { expireLater(.job(job.id), in: &state) }
            }
            guard let key = job.key, state.memory != nil else { return [] }
            return state.memory?.answered(key, reply, isPending: isPending, now: .now) ?? []
        }
    }

    /// The result of a pending command is published.
    func ended(_ key: AnswerMemory.Key?, _ result: ApiCommandRequestResponse) {
        guard let key else { return }
        state.withLock { $0.memory?.ended(key, result, now: .now) }
    }

    /// The job is done.
    func close(_ job: CommandJob) {
        state.withLock { state in
            state.jobs[job.id] = nil
            if let connection = state.inFlight.removeValue(forKey: job.id) { state.admission.leave(connection) }
            state.dropPassedDeadlines()
        }
    }

    /// Decides what a client is told and tells it: ``waitForHandOvers(atMost:)`` waits for the end of `body`.
    func handOver(_ body: () -> Void) {
        state.withLock { $0.handingOver += 1 }
        body()
        let isLast = state.withLock { state in
            state.handingOver -= 1
            return !state.isOpen && state.handingOver == 0
        }
        if isLast { handedOver.ring() }
    }

    /// Waits until what was decided has been told, so that the transport is not closed in between. For a closed desk.
    func waitForHandOvers(atMost limit: Duration) {
        handedOver.wait(atMost: limit) { state.withLock { $0.handingOver == 0 } }
    }

    /// The jobs that have taken too long by `now`, each once.
    func takeOverdue(now: ContinuousClock.Instant) -> [CommandJob] {
        state.withLock { state in
            let overdue = state.answerDeadlines.takeDue(now: now).compactMap { state.jobs[$0] }
            state.dropPassedDeadlines()
            return overdue
        }
    }

    /// What has been pending for too long by `now`, each once: jobs, and results that the application owes.
    func takeExpired(now: ContinuousClock.Instant) -> (jobs: [CommandJob], broken: [BrokenPromise]) {
        state.withLock { state in
            var jobs: [CommandJob] = []
            var broken: [BrokenPromise] = []
            for pending in state.resultDeadlines.takeDue(now: now) {
                switch pending {
                case .job(let id):
                    if let job = state.jobs[id] { jobs.append(job) }
                case .promise(let promise, let id):
                    guard let index = state.promised[promise]?.firstIndex(where: { $0.id == id }),
                        let result = state.takePromise(promise, at: index)
                    else { continue }
                    if state.broken.count < Self.mostPromises { state.broken[promise, default: 0] += 1 }
                    broken.append(BrokenPromise(promise: promise, key: result.key))
                }
            }
            state.dropPassedDeadlines()
            return (jobs, broken)
        }
    }

    /// Whether a client will have to be told soon that its command is pending. Commands that wait without a deadline,
    /// however many, give nothing to look after.
    var hasDeadlines: Bool { state.withLock { $0.answerDeadlines.count > 0 } }

    /// When the next pending command has taken too long; nil where none can.
    var nextExpiry: ContinuousClock.Instant? { state.withLock { $0.resultDeadlines.next } }

    /// How many deadlines are kept; for tests.
    var deadlineCount: Int { state.withLock { $0.answerDeadlines.count } }

    /// Closes the desk: the jobs that are not done, and what is published for the promises that were not kept.
    func closeDown() -> (jobs: [CommandJob], broken: [BrokenPromise]) {
        state.withLock { state in
            state.isOpen = false
            let jobs = Array(state.jobs.values)
            let broken = state.promised.flatMap { promise, results in
                results.map { BrokenPromise(promise: promise, key: $0.key) }
            }
            state.jobs = [:]
            state.inFlight = [:]
            state.answerDeadlines.removeAll()
            state.resultDeadlines.removeAll()
            state.promised = [:]
            state.promisedCount = 0
            return (jobs, broken)
        }
    }
}

// MARK: - Results that the application owes

extension CommandDesk {
    /// A result that the application owed and did not publish in time.
    struct BrokenPromise: Sendable {
        let promise: Promise
        let key: AnswerMemory.Key?

        /// What is published in its place.
        func response(_ message: String) -> ApiCommandRequestResponse {
            var response = ApiCommandRequestResponse.failed(message)
            response.command = promise.command
            response.nonce = promise.nonce
            return response
        }
    }

    /// The delegate answered PENDING_WITH_NOTIFICATION: the application is to publish the result, unless it has done so
    /// already or left that to ``RpcService/answerLater(to:_:)``.
    func promise(_ job: CommandJob) {
        state.withLock { state in
            guard state.isOpen, state.promisedCount < Self.mostPromises, !job.isResultLeftToOthers else { return }
            let promise = Promise(command: job.request.command, nonce: job.request.nonce)
            state.promised[promise, default: []].append(PromisedResult(id: job.id, key: job.key))
            state.promisedCount += 1
            // From now on only the promise counts: a stop before the job ends must not publish for both.
            job.leaveResultToOthers()
            expireLater(.promise(promise, id: job.id), in: &state)
        }
    }

    /// What the result of a command is to the desk.
    enum Kept: Sendable, Hashable {
        /// It is published.
        case inTime(AnswerMemory.Key?)
        /// The command was given up as FAILED before; its result is dropped.
        case tooLate
    }

    /// The application publishes the result of a command, or will: the promise is kept, or where the delegate has not
    /// returned yet, there is none to make.
    @discardableResult
    func keptPromise(_ command: ApiCommand, nonce: JSONValue) -> Kept {
        state.withLock { state in
            let promise = Promise(command: command, nonce: nonce)
            if let result = state.takePromise(promise, at: 0) { return .inTime(result.key) }
            if let count = state.broken[promise] {
                state.broken[promise] = count > 1 ? count - 1 : nil
                return .tooLate
            }
            let job = state.jobs.lazy
                .filter { $0.value.request.command == command && $0.value.request.nonce == nonce }
                .filter { !$0.value.isResultLeftToOthers }
                .min { $0.key < $1.key }?.value
            job?.leaveResultToOthers()
            return .inTime(job?.key)
        }
    }
}

extension CommandDesk.State {
    fileprivate mutating func takePromise(_ promise: CommandDesk.Promise, at index: Int) -> CommandDesk.PromisedResult?
    {
        guard let result = promised[promise]?.remove(at: index) else { return nil }
        if promised[promise]?.isEmpty == true { promised[promise] = nil }
        promisedCount -= 1
        return result
    }

    /// Forgets the deadlines of jobs that are done.
    fileprivate mutating func dropPassedDeadlines() {
        answerDeadlines.dropFirst { jobs[$0] == nil }
        resultDeadlines.dropFirst { pending in
            switch pending {
            case .job(let id): jobs[id] == nil
            case .promise(let promise, let id): promised[promise]?.contains { $0.id == id } != true
            }
        }
    }
}
