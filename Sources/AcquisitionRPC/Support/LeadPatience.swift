/// How long a delegate may block the thread that leads before another one takes the lead.
///
/// While delegates return at once, long: nothing is done for it until the service's clock looks, and a command costs no
/// change of threads. Once one has blocked, short: a parked thread stands by with each command, so that delegates that
/// block begin one right after the other. It is long again when so many have returned quickly in a row.
///
/// Short is not zero: the delegate that was begun first should come to its first line first.
package struct LeadPatience: Sendable, Hashable {
    package static let long: Duration = .milliseconds(2)
    package static let short: Duration = .microseconds(50)
    /// How many have to return quickly in a row.
    package static let calm = 64

    /// Whether a thread is to stand by.
    package private(set) var isShort = false
    private var quickInARow = 0

    package init() {}

    /// A delegate blocked the leading thread for the long time, and is still running.
    package mutating func blocked() {
        isShort = true
        quickInARow = 0
    }

    /// A delegate returned, after this time.
    package mutating func returned(after duration: Duration) {
        guard duration < Self.long else { return blocked() }
        guard isShort else { return }
        quickInARow += 1
        if quickInARow >= Self.calm { self = LeadPatience() }
    }
}
