import AcquisitionRPC
import ZeroMQ

/// What only the guard's thread knows.
struct GuardWatch: Sendable {
    /// How soon suspects are looked at again: doubled each time, for as long as nobody reads.
    static let suspectPauses: ClosedRange<Duration> = .milliseconds(5) ... .milliseconds(640)

    var table: ConnectionTable
    var accepting = AcceptControl()
    var cuts = CutLog("A connection was ended that took more than its share")
    var refusals = CutLog("A connection was refused: there is no place for one more")
    var restsUntil = ContinuousClock.now
    var suspectPause = suspectPauses.lowerBound
    var largeEvents: UInt64 = 0
    var largeReplies: UInt64 = 0

    private var failures: [ConnectionTable.Role: MonitorEvent] = [:]

    init(_ table: ConnectionTable) { self.table = table }

    /// What others are to be told with an event: that, and a handshake that failed just before. Not one that failed since the
    /// connection was refused; libzmq tells which it was with the next event.
    mutating func told(_ event: MonitorEvent, at role: ConnectionTable.Role) -> [MonitorEvent] {
        let failure = failures.removeValue(forKey: role)
        if event.kind == .handshakeFailedNoDetail {
            failures[role] = event
            return failure.map { [$0] } ?? []
        }
        if event.kind == .disconnected, table.isRefused(Int32(truncatingIfNeeded: event.value)) { return [event] }
        return (failure.map { [$0] } ?? []) + [event]
    }

    /// A connection was refused; the others that are refused with it.
    mutating func refuseOthers(beside descriptor: Int32, for reason: CutConnection.Reason) -> [CutConnection] {
        let isDeep = table.isDeepInReserve(descriptor)
        let isFull = !table.hasRoom()
        return accepting.refused(for: reason, isDeep: isDeep, isFull: isFull, at: .now)
    }

    /// libzmq cannot accept a connection; those that are refused instead.
    mutating func cannotAccept(errno: Int32) -> [CutConnection] {
        guard accepting.mustHelp(errno: errno, at: .now) else { return [] }
        let refused = accepting.refuseWaiting(at: .now)
        table.cutInReserve(andAt: accepting.lostSpare)
        return refused
    }

    /// How long to wait at the most for something to happen.
    func wait(at now: ContinuousClock.Instant) -> Duration? {
        let suspects = table.suspects.isEmpty ? nil : suspectPause
        return [suspects, cuts.wait(at: now), refusals.wait(at: now), accepting.wait(at: now)]
            .compactMap(\.self).min()
    }
}
