/// When the system itself is to turn away those who connect, unheard, and when not: a value.
///
/// A client that is refused tries again at once, most of them ten times a second, and each attempt costs an `accept()`: a crowd
/// of them would take a core. Those that the system drops try again a second later, and cost nothing.
struct RefusalPace: Sendable, Hashable {
    private static let window: Duration = .milliseconds(250)
    private static let maximumPerWindow = 250

    private var windowEnd: ContinuousClock.Instant?
    private var count = 0

    /// Whether everybody is to be turned away until the window ends.
    private(set) var isClosed = false

    /// So many connections were refused.
    mutating func refused(_ more: Int, at now: ContinuousClock.Instant) {
        if windowEnd.map({ now >= $0 }) ?? true, !isClosed { (windowEnd, count) = (now + Self.window, 0) }
        count += more
        if count >= Self.maximumPerWindow { isClosed = true }
    }

    /// Time has passed.
    ///
    /// - Parameter hasRoom: whether there is a place for one more connection.
    mutating func tend(at now: ContinuousClock.Instant, hasRoom: Bool) {
        guard isClosed, hasRoom || windowEnd.map({ now >= $0 }) ?? true else { return }
        (isClosed, windowEnd, count) = (false, nil, 0)
    }

    /// How long until ``tend(at:hasRoom:)`` is to be called at the latest; nil where there is no need.
    func wait(at now: ContinuousClock.Instant) -> Duration? {
        isClosed ? max(.zero, (windowEnd ?? now) - now) : nil
    }
}
