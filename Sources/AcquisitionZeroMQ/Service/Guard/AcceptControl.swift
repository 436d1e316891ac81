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

    /// Whether the system turns away everybody at present.
    var isClosed: Bool { pace.isClosed }

    /// A socket of the service listens.
    mutating func listens(_ descriptor: Int32) { door.add(descriptor) }

    /// A descriptor was closed.
    mutating func closed(_ descriptor: Int32) { door.remove(descriptor) }

    /// A connection was refused; see ``RefusalPace``.
    mutating func refused(at now: ContinuousClock.Instant, isDeep: Bool) {
        change { $0.refused(at: now, isDeep: isDeep) }
    }

    /// A connection could not be accepted, and waits on: libzmq tries again at once, and so on without end.
    ///
    /// - Returns: who was refused instead.
    mutating func failed(errno: Int32, at now: ContinuousClock.Instant) -> [CutConnection] {
        guard errno == EMFILE || errno == ENFILE else { return [] }
        change { $0.exhausted(at: now) }
        spare.release()
        defer { spare.hold() }
        return door.refuseWaiting().map { CutConnection(address: $0, reason: .descriptors) }
    }

    /// To be called after everything that has happened.
    mutating func tend(at now: ContinuousClock.Instant, hasRoom: Bool, isClear: Bool) {
        spare.hold()
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

    func hold() {
        if descriptor < 0 { descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC) }
    }

    func release() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}
