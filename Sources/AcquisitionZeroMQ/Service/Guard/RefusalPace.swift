/// When the system itself is to turn away those who connect, unheard, and when not: a value.
///
/// Connections may come faster than they are refused, so that they would take the reserve of descriptors: then nobody may come
/// until that is free again, some milliseconds. And a client that is refused tries again at once, most of them ten times a second,
/// and each attempt costs an `accept()`: a crowd of them would take a core. Those that the system drops try again a second later,
/// and cost nothing.
struct RefusalPace: Sendable, Hashable {
    private static let window: Duration = .milliseconds(250)
    private static let maximumPerWindow = 250

    private var windowEnd: ContinuousClock.Instant?
    private var count = 0
    /// Until when a crowd is turned away.
    private var crowdEnd: ContinuousClock.Instant?
    /// Until when everybody is turned away at the latest, since the reserve is being taken.
    private var overrunEnd: ContinuousClock.Instant?

    /// Whether everybody is to be turned away at present.
    var isClosed: Bool { crowdEnd != nil || overrunEnd != nil }

    /// So many connections were refused.
    mutating func refused(_ more: Int, at now: ContinuousClock.Instant) {
        if windowEnd.map({ now >= $0 }) ?? true { (windowEnd, count) = (now + Self.window, 0) }
        count += more
        if count >= Self.maximumPerWindow { crowdEnd = crowdEnd ?? windowEnd }
    }

    /// Connections have taken so much of the reserve that others must wait until it is free again.
    mutating func overrun(at now: ContinuousClock.Instant) { overrunEnd = now + Self.window }

    /// Time has passed.
    ///
    /// - Parameters:
    ///   - hasRoom: whether there is a place for one more connection.
    ///   - isClear: whether all connections that were refused are closed.
    mutating func tend(at now: ContinuousClock.Instant, hasRoom: Bool, isClear: Bool) {
        if let crowdEnd, hasRoom || now >= crowdEnd { (self.crowdEnd, windowEnd) = (nil, nil) }
        if let overrunEnd, isClear || now >= overrunEnd { self.overrunEnd = nil }
    }

    /// How long until ``tend(at:hasRoom:isClear:)`` is to be called at the latest; nil where there is no need.
    func wait(at now: ContinuousClock.Instant) -> Duration? {
        [crowdEnd, overrunEnd].compactMap(\.self).min().map { max(.zero, $0 - now) }
    }
}
