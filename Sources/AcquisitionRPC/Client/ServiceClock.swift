import AcquisitionModel

/// What a client knows of a service's own time, by which it says until when its commands may begin.
///
/// A message says how old the service was when it was written; how long it was on its way is not known. So the service is
/// that old at least, and the message that was on its way for the shortest time tells most. Estimated too young, the
/// service takes a command for late too soon, and says so; it never begins one after its client has stopped waiting.
struct ServiceClock: Sendable, Hashable {
    private enum Knowledge: Sendable, Hashable {
        case nothing
        /// The service says no time: it keeps no deadlines.
        case hasNone
        /// At `heard`, the uptime of this start was ahead of the client's own time by `offset` at least.
        case known(epoch: Int, offset: Duration, heard: ContinuousClock.Instant)
    }

    private var knowledge = Knowledge.nothing
    /// From when on the client's own time counts.
    private let origin = ContinuousClock.now
    /// An old estimate loses so much of its age: clocks do not run equally fast, though nearly so.
    private static let drift = 1_000
    /// More than a century is no uptime.
    private static let possible = 0...Int(Duration.longest / .milliseconds(1))

    /// Whether the service is known to keep deadlines.
    var isKnown: Bool {
        if case .known = knowledge { true } else { false }
    }

    /// The present start of the service says how old it is, in a heartbeat or a reply.
    mutating func heard(_ uptime: Int, epoch: Int, now: ContinuousClock.Instant) {
        guard Self.possible.contains(uptime) else { return }
        let offset = Duration.milliseconds(uptime) - (now - origin)
        if let known = self.offset(of: epoch, now: now), known >= offset { return }
        knowledge = .known(epoch: epoch, offset: offset, heard: now)
    }

    /// A heartbeat came that says no uptime.
    mutating func heardNone() { knowledge = .hasNone }

    /// What a command says that may begin until `end`; nil for a service that keeps no deadlines.
    func deadline(_ end: ContinuousClock.Instant, now: ContinuousClock.Instant) -> RequestDeadline? {
        switch knowledge {
        case .nothing: return .question
        case .hasNone: return nil
        case .known(let epoch, _, _):
            guard let offset = offset(of: epoch, now: now) else { return .question }
            let uptime = offset.saturated + (end - origin).saturated
            return RequestDeadline(epoch: epoch, uptime: max(0, Int(uptime.saturated / .milliseconds(1))))
        }
    }

    private func offset(of epoch: Int, now: ContinuousClock.Instant) -> Duration? {
        guard case .known(epoch, let offset, let heard) = knowledge else { return nil }
        return offset - max(.zero, now - heard) / Self.drift
    }
}
