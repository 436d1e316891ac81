import AcquisitionRPC

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Keeps `accept()` from costing more than it should while connections are refused, or where the process has no descriptor
/// left in spite of the reserve. Used by the guard's thread alone.
struct AcceptControl: Sendable {
    private var door = ListenerDoor()
    private var pace = RefusalPace()
    private let spare = SpareDescriptor()
    private var failedAt: ContinuousClock.Instant?
    /// How often connections that cannot be accepted are looked after.
    private static let helpPause: Duration = .milliseconds(1)

    /// Whether the system turns away everybody at present.
    var isClosed: Bool { pace.isClosed }

    /// A socket of the service listens.
    mutating func listens(_ descriptor: Int32) { door.add(descriptor) }

    /// A descriptor was closed.
    mutating func closed(_ descriptor: Int32) { door.remove(descriptor) }

    /// A connection was refused.
    ///
    /// - Parameters:
    ///   - isDeep: whether it has taken a good part of the reserve.
    ///   - isFull: whether there is no place for any other: then those that wait to be accepted are refused at once, since libzmq
    ///     would accept them faster than they are refused, and with what is left of the descriptors.
    /// - Returns: those.
    mutating func refused(
        for reason: CutConnection.Reason,
        isDeep: Bool,
        isFull: Bool,
        at now: ContinuousClock.Instant
    ) -> [CutConnection] {
        if isDeep { change { $0.overrun(at: now) } }
        let others = isFull ? door.refuseWaiting() : []
        change { $0.refused(1 + others.count, at: now) }
        return others.map { CutConnection(address: $0, reason: reason) }
    }

    /// Whether something is to be done about a connection that could not be accepted, and waits on: libzmq tries again at once,
    /// and tells of each attempt.
    mutating func mustHelp(errno: Int32, at now: ContinuousClock.Instant) -> Bool {
        guard errno == EMFILE || errno == ENFILE, failedAt.map({ now - $0 >= Self.helpPause }) ?? true else {
            return false
        }
        failedAt = now
        return true
    }

    /// The descriptor that was given up, where libzmq was the first to take it.
    var lostSpare: Int32? { spare.lost }

    /// Refuses those who wait to be accepted, where there is no descriptor left.
    ///
    /// - Returns: who was refused.
    mutating func refuseWaiting(at now: ContinuousClock.Instant) -> [CutConnection] {
        change { $0.overrun(at: now) }
        spare.release()
        let others = door.refuseWaiting()
        spare.hold()
        change { $0.refused(others.count, at: now) }
        return others.map { CutConnection(address: $0, reason: .descriptors) }
    }

    /// To be called after everything that has happened.
    ///
    /// - Parameters:
    ///   - hasRoom: whether there is a place for one more connection.
    ///   - isClear: whether all that were refused are closed.
    mutating func tend(at now: ContinuousClock.Instant, hasRoom: Bool, isClear: Bool) {
        spare.hold()
        let isClear = isClear && spare.lost == nil
        change { $0.tend(at: now, hasRoom: hasRoom, isClear: isClear) }
    }

    /// How long until ``tend(at:hasRoom:isClear:)`` is to be called at the latest.
    func wait(at now: ContinuousClock.Instant) -> Duration? { pace.wait(at: now) }

    private mutating func change(_ body: (inout RefusalPace) -> Void) {
        let wasClosed = pace.isClosed
        body(&pace)
        if pace.isClosed != wasClosed { pace.isClosed ? door.close() : door.open() }
    }
}

/// A descriptor that is good for nothing but to be given up where there is no other.
private final class SpareDescriptor: Sendable {
    // Used by the guard's thread alone, and by `deinit`.
    private nonisolated(unsafe) var descriptor: Int32 = -1

    init() { hold() }

    deinit { release() }

    /// Its number before it was given up, where it is not back.
    private(set) nonisolated(unsafe) var lost: Int32?

    func hold() {
        if descriptor < 0 { descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC) }
        if descriptor >= 0 { lost = nil }
    }

    func release() {
        guard descriptor >= 0 else { return }
        lost = descriptor
        close(descriptor)
        descriptor = -1
    }
}
