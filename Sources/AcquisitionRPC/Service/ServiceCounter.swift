import AcquisitionModel
import CoreMetrics
import Synchronization

/// What a service counts from its start on: what it did, refused, dropped, and lost. Each is a number in
/// ``RpcService/counters``, a counter of swift-metrics under ``metricLabel``, and a key of the heartbeat's `counters`.
public enum ServiceCounter: String, CaseIterable, Sendable, Hashable {
    /// Commands that reached the delegate.
    case commands
    /// Requests that could not be read.
    case unreadable
    /// Commands that their sender may not give.
    case notAllowed
    /// Clients that were not let in.
    case refusedHandshakes
    /// Commands refused since a limit of ``LoadLimits`` was reached.
    case refusedForLoad
    /// Commands that came again and were answered again without running again.
    case answeredAgain
    /// Commands refused since their nonce stood for another command.
    case nonceReused
    /// Commands that came after their deadline, or were meant for an earlier start of the service, and did not run.
    case tooLate
    /// Commands whose delegate threw.
    case exceptions
    /// Pending commands that took longer than ``LoadLimits/pendingTime``.
    case expired
    /// Results that came after that, and were dropped.
    case lateResults
    /// Replies whose client had gone.
    case undeliveredReplies
    /// Connections that were ended since they took up too much: a request without an end, subscriptions, what they leave unread.
    case cutConnections
    /// Connections that were refused: there were as many as ``LoadLimits/connections`` or ``LoadLimits/connectionsPerAddress``
    /// allow, or as the process has descriptors for.
    case refusedConnections
    /// Entries that the audit file lacks: they came faster than they could be written, or it could not be written.
    case auditLost
    /// How often the audit file was moved, removed or cut while it was written, and another one begun.
    case auditReopened

    /// `acquisition_rpc.refused_for_load`
    public var metricLabel: String {
        "acquisition_rpc." + KeyCase.decamelize(rawValue)
    }
}

/// The counters of one service. From any thread.
final class Tally: Sendable {
    private let counts = Mutex([Int](repeating: 0, count: ServiceCounter.allCases.count))
    private let metrics = ServiceCounter.allCases.map { Counter(label: $0.metricLabel) }

    func add(_ counter: ServiceCounter, _ more: Int = 1) {
        guard more > 0, let index = ServiceCounter.allCases.firstIndex(of: counter) else { return }
        counts.withLock { $0[index] += more }
        metrics[index].increment(by: more)
    }

    /// What was counted so far, zeros left out.
    var values: [ServiceCounter: Int] {
        let counts = counts.withLock { $0 }
        return Dictionary(uniqueKeysWithValues: zip(ServiceCounter.allCases, counts).filter { $0.1 > 0 })
    }
}
