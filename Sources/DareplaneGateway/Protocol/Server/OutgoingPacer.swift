import GatewayCore
import NIOCore

/// Says when a module may send what: callbacks stand alone, answers come soon.
///
/// The real control room takes everything that it reads at once for one message (`protocol/dareplane.md`, D25), and reads
/// the list of commands a tenth of a second after it asked (D21). So before and after each callback there is a gap, a
/// longer one after a list. It takes everything for the greeting that comes until it has been silent for a second (D19): a
/// callback that comes before the control room has said anything waits for that. Answers go before callbacks: a sign of life counts for a tenth of a second only (D22).
struct OutgoingPacer<Item> {
    enum Kind {
        case greeting
        case answer
        case list
        case callback
    }

    enum Step {
        case send(Item, Kind)
        case wait(until: ContinuousClock.Instant)
        case nothing
    }

    private let gap: Duration
    private let gapAfterList: Duration
    private let gapAfterGreeting: Duration
    private var answers = CircularBuffer<(Item, Kind)>()
    private var callbacks = CircularBuffer<Item>()
    private var answersFrom: ContinuousClock.Instant?
    private var callbacksFrom: ContinuousClock.Instant?
    private var greetingUntil: ContinuousClock.Instant?

    init(gap: Duration) {
        self.gap = gap.saturated
        gapAfterList = gap.saturating(multipliedBy: 10)
        gapAfterGreeting = gap.saturating(multipliedBy: 30)
    }

    /// How many callbacks wait.
    var waiting: Int { callbacks.count }

    mutating func put(_ item: Item, _ kind: Kind) {
        if kind == .callback { callbacks.append(item) } else { answers.append((item, kind)) }
    }

    /// The control room says something: it has read the greeting.
    mutating func heard() { greetingUntil = nil }

    /// What is to be done now; an item that is given out counts as sent.
    mutating func next(at now: ContinuousClock.Instant) -> Step {
        if !answers.isEmpty {
            if let answersFrom, answersFrom > now { return .wait(until: answersFrom) }
            let (item, kind) = answers.removeFirst()
            let after = now + (kind == .list ? gapAfterList : gap)
            if kind == .greeting { greetingUntil = now + gapAfterGreeting }
            callbacksFrom = callbacksFrom.map { max($0, after) } ?? after
            return .send(item, kind)
        }
        guard !callbacks.isEmpty else { return .nothing }
        if let from = [callbacksFrom, greetingUntil].compactMap(\.self).max(), from > now { return .wait(until: from) }
        answersFrom = now + gap
        callbacksFrom = now + gap
        return .send(callbacks.removeFirst(), .callback)
    }
}
