import AcquisitionRPC

/// Which address of a service a socket connects to next: a value, which looks nothing up and connects nothing.
///
/// A name may stand for several addresses of both families, at some of which nobody listens. They are tried one after
/// another, beginning with the one that was connected last; after the last one the name is looked up anew, since machines
/// move. What was known before is used for as long as nobody can tell whether that has happened.
///
/// ```
/// connect(first) ── fails ──> connect(second) ── fails ──> look up ──> connect(first) …
///                                                             └── no such name ──> wait, look up
/// ```
struct AddressRotation: Sendable {
    typealias Target = ServiceEndpoint.Target
    typealias Instant = ContinuousClock.Instant

    /// What is to be done.
    enum Step: Sendable, Hashable {
        case connect(Target)
        /// The name is to be looked up, and the answer told to ``answered(_:now:)``.
        case lookUp(String)
        /// Nothing before ``retryAt``.
        case wait
    }

    /// How many answers in a row that leave it open are needed for saying so: one lost datagram is no reason.
    static let manyUndecided = 3
    /// How long an answer may take until that is said.
    static let patience: Duration = .seconds(3)
    /// How often a name is looked up at most, however often somebody asks.
    static let shortestInterval: Duration = .milliseconds(200)
    private static let backOff: ClosedRange<Duration> = .milliseconds(100) ... .seconds(5)

    private let endpoint: ServiceEndpoint
    private var known: [Target]
    private var untried: [Target] = []
    private var present: Target?
    private var lastGood: Target?
    private var pause = Self.backOff.lowerBound
    private var undecided = 0
    /// Since when an answer is awaited; nil where none is.
    private var askedAt: Instant?
    private var isLatenessTold = false
    private var answeredAt: Instant?
    /// When to look up again, after there was no address.
    private(set) var retryAt: Instant?
    /// Why there is no address to connect to, for people; nil where there is one, or where it is not known yet.
    private(set) var problem: String?

    init(_ endpoint: ServiceEndpoint) {
        self.endpoint = endpoint
        known = endpoint.target.map { [$0] } ?? []
    }

    /// Whether there is a name to look up.
    var isNamed: Bool { endpoint.name != nil }

    /// Whether other addresses are to be tried after the present one, so that it may not take as long as it likes.
    var hasAlternatives: Bool { known.count > 1 }

    /// Begins anew: with what is true now.
    mutating func start(now: Instant) -> Step {
        untried = []
        return next(now: now)
    }

    /// Goes on after the present address could not be connected, or after ``retryAt``.
    mutating func next(now: Instant) -> Step {
        retryAt = nil
        if let target = untried.first {
            untried.removeFirst()
            return connect(target)
        }
        guard let name = endpoint.name else { return known.first.map { connect($0) } ?? .wait }
        // An answer that is on its way is waited for.
        guard askedAt == nil else { return .wait }
        (askedAt, isLatenessTold) = (now, false)
        return .lookUp(name)
    }

    /// The answer to a look-up has come.
    mutating func answered(_ answer: HostResolver.Answer, now: Instant) -> Step {
        (askedAt, answeredAt) = (nil, now)
        switch answer {
        case .success(let addresses):
            known = addresses.map(endpoint.target(at:))
            (undecided, problem, pause) = (0, nil, Self.backOff.lowerBound)
            return beginRound() ?? .wait
        case .failure(let error):
            undecided = error.kind == .undecided ? undecided + 1 : 0
            if error.kind == .undecided, let step = beginRound() { return step }
            if error.kind != .undecided { known = [] }
            if error.kind != .undecided || undecided >= Self.manyUndecided { problem = error.message }
            retryAt = now + pause
            pause = min(pause * 2, Self.backOff.upperBound)
            return .wait
        }
    }

    /// Looks up again soon, though it is not time yet: somebody wants to know.
    mutating func hurry(now: Instant) {
        guard let retryAt, let answeredAt else { return }
        self.retryAt = min(retryAt, max(now, answeredAt + Self.shortestInterval))
    }

    /// The present address is connected.
    mutating func connected() { lastGood = present }

    /// When somebody has to be told that the answer is late; nil where that is so already, or none is awaited.
    var lateAt: Instant? { isLatenessTold ? nil : askedAt.map { $0 + Self.patience } }

    /// Notes that the answer is late; true once, if there is no address to connect to meanwhile.
    mutating func takeLateness(now: Instant) -> Bool {
        guard let lateAt, lateAt <= now, let name = endpoint.name else { return false }
        isLatenessTold = true
        problem = HostResolver.tooLate(name, Self.patience).message
        return true
    }

    private mutating func beginRound() -> Step? {
        var targets = known
        if let lastGood, let index = targets.firstIndex(of: lastGood) {
            targets.remove(at: index)
            targets.insert(lastGood, at: 0)
        }
        guard let first = targets.first else { return nil }
        untried = Array(targets.dropFirst())
        return connect(first)
    }

    private mutating func connect(_ target: Target) -> Step {
        present = target
        return .connect(target)
    }
}
