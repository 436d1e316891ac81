/// How many connections are refused one by one before the system itself turns away the rest for a moment: a value.
///
/// A client that is refused tries again at once, most of them ten times a second, and each attempt costs an `accept()`. A crowd
/// of them would take a core. Those that the system drops try again a second later, and cost nothing.
struct RefusalPace: Sendable, Hashable {
    private static let window: Duration = .milliseconds(250)
    private static let maximumPerWindow = 50

    private var windowEnd: ContinuousClock.Instant?
    private var count = 0

    /// Whether the door is closed until the window ends.
    private(set) var isClosed = false

    /// A connection was refused; whether the door is to be closed now.
    mutating func refused(at now: ContinuousClock.Instant) -> Bool {
        if windowEnd.map({ now >= $0 }) ?? true { (windowEnd, count) = (now + Self.window, 0) }
        count += 1
        guard !isClosed, count >= Self.maximumPerWindow else { return false }
        isClosed = true
        return true
    }

    /// There is no descriptor left; whether the door is to be closed now.
    mutating func exhausted(at now: ContinuousClock.Instant) -> Bool {
        guard !isClosed else { return false }
        (isClosed, windowEnd) = (true, now + Self.window)
        return true
    }

    /// Whether the door is to be opened now: a place has become free, or the window is over.
    mutating func opens(at now: ContinuousClock.Instant, hasRoom: Bool) -> Bool {
        guard isClosed, hasRoom || windowEnd.map({ now >= $0 }) ?? true else { return false }
        (isClosed, count, windowEnd) = (false, 0, nil)
        return true
    }

    /// How long until the door is to be opened; nil where it is open.
    func wait(at now: ContinuousClock.Instant) -> Duration? {
        isClosed ? max(.zero, (windowEnd ?? now) - now) : nil
    }
}
