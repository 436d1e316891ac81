import AcquisitionModel

/// The commands that are under way: each from its admission until it is answered, its result is out where one is owed,
/// and its delegate has ended. It decides, and moves nothing: what is to be done is returned.
struct CommandRegistry: Sendable {
    /// What becomes of a command that came in.
    enum Decision: Sendable, Hashable {
        /// It may run.
        case admitted
        /// The service stops.
        case closed
        /// Nobody answers commands.
        case noDelegate
        case refused(Admission.Refusal)
        /// Its time is over.
        case late
        /// It came before, and nothing but this is to be done.
        case again(AnswerMemory.Verdict)
    }

    /// Something to be told to clients: a reply to the one who asked, or a result to all.
    struct Effect: Sendable {
        let job: CommandJob
        let action: CommandState.Action
    }

    struct Record: Sendable {
        let job: CommandJob
        let bytes: Int
        var state: CommandState
        /// How many of its parts run: the delegate, and work that it left.
        var parts = 1
        /// Whether the transport's call that brought the request has not returned yet: it can take the reply along.
        var isInline: Bool
        var inlineReply: ApiCommandRequestResponse?
        /// Whether it counts among those that wait for their first answer.
        var isInFlight: Bool
        var tasks: [Task<Void, Never>] = []
        var isCancelled = false
        /// Whether work was begun whose result is the command's.
        var isLeftToWork = false

        var isOver: Bool { state.isDone && parts == 0 && !isInline }
    }

    let limits: LoadLimits
    private(set) var isOpen = true
    var records: [UInt64: Record] = [:]
    /// The commands that may still have a result, by what their result names; the oldest first.
    var names: [CommandName: Namesakes] = [:]
    var results = GivenUpResults()
    private var admission: Admission
    private var memory: AnswerMemory?
    /// Until when each command may take before its client is told that it is pending.
    private var answerDeadlines = DeadlineQueue<UInt64>()
    /// Until when a pending command may take.
    private var resultDeadlines = DeadlineQueue<UInt64>()
    private var inFlight = 0

    /// What a record costs beside what its request keeps.
    private static let recordBytes = 1_024
    static let stopped = "The service was stopped before the command ended"

    init(limits: LoadLimits = LoadLimits(), deduplicate window: Duration? = nil) {
        self.limits = limits
        admission = Admission(limits: limits)
        memory = window.map { AnswerMemory(window: $0) }
    }

    // MARK: - In

    /// Counts a request that the service answers itself, or says why it is one too many.
    mutating func charge(_ connection: [UInt8], now: ContinuousClock.Instant) -> Admission.Refusal? {
        admission.charge(connection, now: now)
    }

    /// Takes a client's command in. Whether it came before is asked first: who is told that a command is refused must be
    /// able to rely on it that it has not run.
    ///
    /// - Parameters:
    ///   - bytes: what its request keeps in memory.
    ///   - isCrowded: whether so many threads are blocked that only what is urgent may run.
    ///   - time: until when it may begin.
    ///   - deadline: when its client is told that it is pending; nil for never.
    mutating func admit(
        _ job: CommandJob,
        digest: BodyDigest?,
        bytes: Int = 0,
        isCrowded: Bool = false,
        hasDelegate: Bool = true,
        time: StartTime = .any,
        now: ContinuousClock.Instant,
        deadline: ContinuousClock.Instant?
    ) -> Decision {
        if let key = job.key, let digest, let peer = job.peer {
            let verdict = memory?.look(key, digest, from: peer, now: now) ?? .new
            if verdict != .new { return .again(verdict) }
        }
        if time == .over { return .late }
        guard isOpen else { return .closed }
        guard hasDelegate else { return .noDelegate }
        let isUrgent = job.request.command == .emergencyStop
        if isCrowded, !isUrgent { return .refused(.blocked) }
        let bytes = bytes + Self.recordBytes
        let pending = records.count - inFlight
        if let refusal = admission.enter(job.connection, isUrgent: isUrgent, bytes: bytes, pending: pending, now: now) {
            return .refused(refusal)
        }
        if let key = job.key, let digest { memory?.begin(key, digest, owner: job.owner, until: time.end) }
        inFlight += 1
        add(Record(job: job, bytes: bytes, state: .running, isInline: true, isInFlight: true))
        if let deadline { answerDeadlines.append(deadline, job.id) }
        return .admitted
    }

    /// Takes in work whose client was told PENDING_WITH_NOTIFICATION elsewhere; false where the service stops.
    mutating func admit(later job: CommandJob, now: ContinuousClock.Instant) -> Bool {
        guard isOpen else { return false }
        admission.begin(job.connection, bytes: Self.recordBytes)
        add(Record(job: job, bytes: Self.recordBytes, state: .pending, isInline: false, isInFlight: false))
        owesResult(job.id, now: now)
        return true
    }

    private mutating func add(_ record: Record) {
        records[record.job.id] = record
        if names[record.job.name]?.add(record.job.id) == nil { names[record.job.name] = Namesakes(record.job.id) }
    }

    // MARK: - Through

    /// The delegate returned.
    mutating func returned(
        _ job: CommandJob,
        _ response: ApiCommandRequestResponse,
        now: ContinuousClock.Instant
    ) -> CommandState.Action {
        let action = change(job.id, now: now) { record in
            record.parts -= 1
            let action = record.state.returned(response)
            guard record.isInline, case .reply(let reply) = action else { return action }
            record.inlineReply = reply
            return .nothing
        }
        if action == .drop { _ = results.take(job.name) }
        return action
    }

    /// The transport's call that brought the request returns: its reply, where it is there already, goes with it. What
    /// still runs is kept, to be cancelled.
    ///
    /// - Returns: the reply, and whether the task is to be cancelled at once.
    mutating func endInline(
        _ job: CommandJob,
        task: Task<Void, Never>
    ) -> (reply: ApiCommandRequestResponse?, isCancelled: Bool) {
        guard let index = records.index(forKey: job.id) else { return (nil, !isOpen) }
        let ended = records.values[index].endInline(task)
        if records.values[index].isOver { remove(at: index) }
        return ended
    }

    /// The first answer of a command was written: remembers it. Who else waits for it.
    mutating func answered(
        _ key: AnswerMemory.Key,
        _ reply: [UInt8],
        isPending: Bool,
        now: ContinuousClock.Instant
    ) -> [PeerAddress] {
        memory?.answered(key, reply, isPending: isPending, now: now) ?? []
    }

    /// The result of a pending command is published, as this message.
    mutating func published(_ key: AnswerMemory.Key, _ message: [UInt8], now: ContinuousClock.Instant) {
        memory?.ended(key, message, now: now)
    }

    /// Keeps the task of a command's work, to be cancelled with it; whether that is at once.
    mutating func keep(_ task: Task<Void, Never>, of job: CommandJob) -> Bool {
        guard let record = records[job.id] else { return !isOpen }
        if record.parts > 0, !record.isCancelled { records[job.id]?.tasks.append(task) }
        return record.isCancelled
    }

    // MARK: - Time

    /// The commands whose clients are to be told by `now` that they are pending.
    mutating func takeOverdue(now: ContinuousClock.Instant) -> [Effect] {
        let effects = answerDeadlines.takeDue(now: now).compactMap { id -> Effect? in
            guard let job = records[id]?.job else { return nil }
            let action = change(id, now: now) { $0.state.tookTooLong() }
            return action == .nothing ? nil : Effect(job: job, action: action)
        }
        discardDeadlines()
        return effects
    }

    /// The commands that have been pending for too long by `now`, and the tasks that are to be cancelled.
    mutating func takeExpired(
        now: ContinuousClock.Instant,
        _ message: String
    ) -> (effects: [Effect], tasks: [Task<Void, Never>]) {
        var effects: [Effect] = []
        var tasks: [Task<Void, Never>] = []
        for id in resultDeadlines.takeDue(now: now) {
            guard let job = records[id]?.job else { continue }
            let action = change(id, now: now) { record in
                let action = record.state.giveUp(message)
                if action != .nothing { tasks += record.cancel() }
                return action
            }
            guard action != .nothing else { continue }
            results.giveUp(job.name)
            effects.append(Effect(job: job, action: action))
        }
        discardDeadlines()
        return (effects, tasks)
    }

    /// Whether a client will have to be told soon that its command is pending. Commands that wait without a deadline,
    /// however many, give nothing to look after.
    var hasDeadlines: Bool { answerDeadlines.count > 0 }

    /// When the next pending command has taken too long; nil where none can.
    var nextExpiry: ContinuousClock.Instant? { resultDeadlines.next }

    /// How many deadlines are kept; for tests.
    var deadlineCount: Int { answerDeadlines.count + resultDeadlines.count }
    /// How many commands are remembered, so that they do not run twice; for tests.
    var rememberedCount: Int { memory?.count ?? 0 }

    // MARK: - Out

    /// Takes nothing more in: what is to be told of the commands that are under way, and the tasks that are to be
    /// cancelled.
    mutating func close() -> (effects: [Effect], tasks: [Task<Void, Never>]) {
        isOpen = false
        var effects: [Effect] = []
        var tasks: [Task<Void, Never>] = []
        for id in records.keys.sorted() {
            guard let job = records[id]?.job else { continue }
            let action = records[id]?.state.stop(Self.stopped) ?? .nothing
            tasks += records[id]?.cancel() ?? []
            if action != .nothing { effects.append(Effect(job: job, action: action)) }
        }
        // A reply that the transport's call takes along is still taken.
        records = records.filter { $0.value.isInline }
        names = [:]
        answerDeadlines.removeAll()
        resultDeadlines.removeAll()
        return (effects, tasks)
    }

    /// Changes a command, and draws the consequences.
    mutating func change(
        _ id: UInt64,
        now: ContinuousClock.Instant,
        _ body: (inout Record) -> CommandState.Action
    ) -> CommandState.Action {
        guard let index = records.index(forKey: id) else { return .nothing }
        let owed = records.values[index].state.owesResult
        let action = body(&records.values[index])
        let record = records.values[index]
        if record.isInFlight, !record.state.awaitsReply {
            records.values[index].isInFlight = false
            if isOpen { inFlight -= 1 }
            admission.answered(record.job.connection)
        }
        if !isOpen { return action }
        if record.state.isDone { forgetName(record.job) }
        if record.isOver {
            remove(at: index)
        } else if !owed, record.state.owesResult {
            owesResult(id, now: now)
        }
        return action
    }

    private mutating func owesResult(_ id: UInt64, now: ContinuousClock.Instant) {
        guard let time = limits.pendingTime else { return }
        resultDeadlines.append(now.saturating(adding: time), id)
    }

    private mutating func remove(at index: Dictionary<UInt64, Record>.Index) {
        let record = records.remove(at: index).value
        admission.ended(record.job.connection, bytes: record.bytes)
        if isOpen { discardDeadlines() }
    }

    private mutating func forgetName(_ job: CommandJob) {
        guard let index = names.index(forKey: job.name) else { return }
        if names.values[index].remove(job.id) { names.remove(at: index) }
    }

    /// Forgets the deadlines of what is done.
    private mutating func discardDeadlines() {
        let records = records
        answerDeadlines.discard(live: inFlight) { records[$0]?.state.awaitsReply != true }
        resultDeadlines.discard(live: records.count - inFlight) { records[$0]?.state.owesResult != true }
    }
}

extension CommandRegistry.Record {
    /// The tasks to be cancelled, once; those that come later are cancelled as they come.
    fileprivate mutating func cancel() -> [Task<Void, Never>] {
        isCancelled = true
        defer { tasks = [] }
        return tasks
    }

    /// The transport's call returns: what it takes along, and whether the task is to be cancelled.
    fileprivate mutating func endInline(
        _ task: Task<Void, Never>
    ) -> (reply: ApiCommandRequestResponse?, isCancelled: Bool) {
        isInline = false
        if parts > 0 { tasks.append(task) }
        defer { inlineReply = nil }
        return (inlineReply, isCancelled)
    }
}

/// The commands under one name, the oldest first: nearly always one.
struct Namesakes: Sendable {
    private var first: UInt64
    private var others: [UInt64] = []

    init(_ id: UInt64) { first = id }

    var all: [UInt64] { [first] + others }

    mutating func add(_ id: UInt64) { others.append(id) }

    /// Whether none is left.
    mutating func remove(_ id: UInt64) -> Bool {
        guard first == id else {
            others.removeAll { $0 == id }
            return false
        }
        guard let next = others.first else { return true }
        first = next
        others.removeFirst()
        return false
    }
}
