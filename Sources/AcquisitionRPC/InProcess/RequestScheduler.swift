/// Which request of which client within the process is carried out next; a value, which runs nothing.
///
/// Those of one client begin one after another in the order of their coming. One that runs for more than a second is
/// passed by those behind it; an emergency stop waits for nobody. The clients have their turns one after another.
/// Where delegates block every thread, requests wait; where they do not get on for a second, what waits is refused, and
/// so is at once what exceeds the limits.
struct RequestScheduler: Sendable {
    /// How long a request may run before those behind it do not wait any longer. On a machine that has much to do, one
    /// that blocks nothing may seem to for a while, and order counts: `stop` does not go before `start`.
    static let patience: Duration = .seconds(1)
    /// How many ordinary ones run at once as long as delegates return quickly, so that clients which all ask at the
    /// same time do not cost a thread each.
    static let calmRuns = 4
    /// How many may wait for being refused on a thread of the service's; beyond that the clients do it themselves.
    static let refusals = 1_024

    /// A request that is to be carried out.
    struct Run: Sendable {
        /// The number of the run.
        let id: UInt64
        let client: UInt64
        /// The client's number of the request.
        let request: UInt64
        let bytes: [UInt8]
        /// Who the client is; nil for the program itself.
        let sender: CommandSender?
        /// Whether nothing is carried out but an emergency stop.
        var isCrowded = false
    }

    /// What is to be done after a request came.
    enum Action: Sendable {
        case nothing
        /// A thread is to ask for ``next(_:now:)``.
        case wake
        /// The request is to be answered as one too many, now and here.
        case refuse(Run)
    }

    private struct Lane: Sendable {
        let sender: CommandSender?
        var waiting = RequestLine()
        /// The run behind which the others wait.
        var current: UInt64?
        var isReady = false
    }

    private struct Running: Sendable {
        let client: UInt64
        let since: ContinuousClock.Instant
    }

    private var lanes: [UInt64: Lane] = [:]
    /// Clients of which a request may begin, in the order of their turns.
    private var ready = Deque<UInt64>()
    private var urgent = Deque<Run>()
    private var refused = Deque<Run>()
    private var budget: WaitingBudget<UInt64>
    /// Ordinary runs.
    private var running: [UInt64: Running] = [:]
    /// The same in the order of their beginning, and some that are over.
    private var begun = Deque<UInt64>()
    /// Runs that may still be passed.
    private var passable = Deque<UInt64>()
    private var lastRun: UInt64 = 0
    private var progress = Progress()
    private var pace = LeadPatience()

    /// Counts the services that were there, which tells the threads of one from those of another; nil while there is
    /// none.
    private(set) var service: Int?
    private var lastService = 0

    init(limits: WaitingLimits = WaitingLimits()) { budget = WaitingBudget(limits: limits) }

    /// How many requests wait for their turn.
    var waitingCount: Int { budget.count }

    // MARK: - The service

    /// A service is there; its number. What waits may begin.
    mutating func open(now: ContinuousClock.Instant) -> Int {
        lastService += 1
        service = lastService
        progress = Progress(now: now)
        for client in lanes.keys.sorted() { makeReady(client) }
        return lastService
    }

    /// The service is there no more; what it has not begun.
    mutating func close() -> [Run] {
        service = nil
        var left = urgent.takeAll() + refused.takeAll()
        for client in lanes.keys.sorted() {
            lanes[client]?.current = nil
            lanes[client]?.isReady = false
            while let run = takeNext(of: client) { left.append(run) }
        }
        ready = Deque()
        running = [:]
        begun = Deque()
        passable = Deque()
        return left
    }

    // MARK: - Clients

    /// Whether a request of the client may have to wait for others.
    func isBusy(_ client: UInt64) -> Bool {
        running.count >= Self.calmRuns || lanes[client].map { $0.current != nil || !$0.waiting.isEmpty } ?? false
    }

    /// A request comes.
    ///
    /// - Parameter room: what the threads have room for beside those that work.
    mutating func add(
        _ bytes: [UInt8],
        id: UInt64,
        of client: UInt64,
        _ sender: CommandSender?,
        isUrgent: Bool,
        room: DelegateThreads.Room,
        now: ContinuousClock.Instant
    ) -> Action {
        if service != nil {
            if isUrgent {
                urgent.append(makeRun(id, bytes, of: client, sender))
                return .wake
            }
            let isStuck = room != .all && !running.isEmpty && progress.isStuck(now: now)
            if isStuck || !budget.hasRoom(for: client, bytes: bytes.count) {
                var run = makeRun(id, bytes, of: client, sender)
                run.isCrowded = true
                guard refused.count < Self.refusals else { return .refuse(run) }
                refused.append(run)
                return .wake
            }
        }
        // Without a service they are bounded by the time for which their clients wait.
        budget.add(client, bytes: bytes.count)
        lanes[client, default: Lane(sender: sender)].waiting.append(bytes, id: id)
        makeReady(client)
        return service != nil && room == .all && lanes[client]?.isReady == true && mayBegin ? .wake : .nothing
    }

    /// Nobody waits for the request any more.
    mutating func forget(id: UInt64, of client: UInt64) {
        guard let bytes = lanes[client]?.waiting.remove(id: id) else { return }
        budget.remove(client, bytes: bytes.count)
    }

    /// The client is closed: what it has not begun is forgotten.
    mutating func remove(_ client: UInt64) {
        while takeNext(of: client) != nil {}
        lanes[client] = nil
    }

    // MARK: - Threads

    /// What a thread is to do; nil for nothing.
    mutating func next(_ room: DelegateThreads.Room, now: ContinuousClock.Instant) -> Run? {
        guard service != nil, room != .none else { return nil }
        if let run = urgent.popFirst() ?? refused.popFirst() { return run }
        guard room == .all else { return nil }
        while let client = ready.popFirst() {
            lanes[client]?.isReady = false
            guard let run = takeNext(of: client) else { continue }
            lanes[client]?.current = run.id
            running[run.id] = Running(client: client, since: now)
            begun.append(run.id)
            passable.append(run.id)
            progress.noted(now: now)
            return run
        }
        return nil
    }

    /// A run is over.
    mutating func ended(_ run: Run, now: ContinuousClock.Instant) {
        guard let over = running.removeValue(forKey: run.id) else { return }
        progress.noted(now: now)
        pace.returned(after: now - over.since)
        dropPassed()
        guard lanes[run.client]?.current == run.id else { return }
        lanes[run.client]?.current = nil
        makeReady(run.client)
    }

    /// Lets what has waited long enough begin or be refused.
    ///
    /// - Returns: whether a thread is to ask for ``next(_:now:)``, and when to look again.
    mutating func look(
        _ room: DelegateThreads.Room,
        now: ContinuousClock.Instant
    ) -> (isWaking: Bool, again: ContinuousClock.Instant?) {
        guard service != nil else { return (false, nil) }
        while let id = passable.next {
            guard let run = running[id] else {
                _ = passable.popFirst()
                continue
            }
            guard now - run.since >= Self.patience else { break }
            _ = passable.popFirst()
            lanes[run.client]?.current = nil
            makeReady(run.client)
        }
        if let oldest = begun.next.flatMap({ running[$0] }), now - oldest.since >= LeadPatience.long {
            pace.blocked()
        }
        if room != .all, !running.isEmpty, !ready.isEmpty, progress.isStuck(now: now) { refuseReady() }
        let isWaking = !urgent.isEmpty || !refused.isEmpty || (room == .all && isMore)
        var times = [passable.next.flatMap { running[$0] }.map { $0.since + Self.patience }]
        if !ready.isEmpty || !urgent.isEmpty || !refused.isEmpty { times.append(now + DelegateThreads.retryInterval) }
        return (isWaking, times.compactMap { $0 }.min())
    }

    /// Whether a request waits for nothing but a thread.
    var hasReady: Bool { !ready.isEmpty }

    /// Whether another thread may begin one more at once.
    var isMore: Bool { !urgent.isEmpty || !ready.isEmpty && mayBegin }

    /// Whether one more ordinary request may begin at once.
    private var mayBegin: Bool { pace.isShort || running.count < Self.calmRuns }

    private mutating func makeRun(
        _ request: UInt64,
        _ bytes: [UInt8],
        of client: UInt64,
        _ sender: CommandSender?
    ) -> Run {
        lastRun += 1
        return Run(id: lastRun, client: client, request: request, bytes: bytes, sender: sender)
    }

    private mutating func takeNext(of client: UInt64) -> Run? {
        guard let lane = lanes[client], let (id, bytes) = lanes[client]?.waiting.popFirst() else { return nil }
        budget.remove(client, bytes: bytes.count)
        return makeRun(id, bytes, of: client, lane.sender)
    }

    private mutating func makeReady(_ client: UInt64) {
        guard service != nil, let lane = lanes[client] else { return }
        guard lane.current == nil, !lane.isReady, !lane.waiting.isEmpty else { return }
        lanes[client]?.isReady = true
        ready.append(client)
    }

    private mutating func refuseReady() {
        for client in ready.takeAll() {
            lanes[client]?.isReady = false
            while var run = takeNext(of: client) {
                run.isCrowded = true
                refused.append(run)
            }
        }
    }

    /// Forgets the runs that are over.
    private mutating func dropPassed() {
        while let id = begun.next, running[id] == nil { _ = begun.popFirst() }
        while let id = passable.next, running[id] == nil { _ = passable.popFirst() }
    }
}
