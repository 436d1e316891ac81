/// How many requests may wait for a thread, by count and by bytes, of one client and in all.
package struct WaitingLimits: Sendable, Hashable {
    /// Of one client.
    package var perClient = 4_096
    /// Of all clients.
    package var inAll = 16_384
    /// The bytes of one client's.
    package var bytesPerClient = 16 << 20
    /// The bytes of all.
    package var bytesInAll = 64 << 20

    package init() {}
}

/// What waits, in numbers: whether one request more may.
package struct WaitingBudget<Client: Hashable & Sendable>: Sendable {
    private let limits: WaitingLimits
    private var clients: [Client: Share] = [:]
    private var all = Share()

    private struct Share: Sendable {
        var count = 0
        var bytes = 0
    }

    package init(limits: WaitingLimits = WaitingLimits()) { self.limits = limits }

    /// How many requests wait.
    package var count: Int { all.count }

    /// How many bytes they have.
    package var bytes: Int { all.bytes }

    /// Whether a request of `bytes` may wait.
    package func hasRoom(for client: Client, bytes: Int) -> Bool {
        let share = clients[client] ?? Share()
        return share.count < limits.perClient && all.count < limits.inAll
            && bytes <= limits.bytesPerClient - share.bytes && bytes <= limits.bytesInAll - all.bytes
    }

    /// A request waits from now on.
    package mutating func add(_ client: Client, bytes: Int) {
        clients[client, default: Share()].count += 1
        clients[client]?.bytes += bytes
        all.count += 1
        all.bytes += bytes
    }

    /// A request waits no more.
    package mutating func remove(_ client: Client, bytes: Int) {
        guard var share = clients[client] else { return }
        share.count -= 1
        share.bytes -= bytes
        clients[client] = share.count > 0 ? share : nil
        all.count -= 1
        all.bytes -= bytes
    }
}

/// Whether delegates get on: where every thread has been blocked for a second, what waits is refused and not kept
/// waiting any longer.
package struct Progress: Sendable, Hashable {
    /// How long nothing may begin or end.
    package static let patience: Duration = .seconds(1)
    private var last: ContinuousClock.Instant

    package init(now: ContinuousClock.Instant = .now) { last = now }

    /// A delegate has begun or ended.
    package mutating func noted(now: ContinuousClock.Instant) { last = max(last, now) }

    /// When what waits is refused, where nothing happens until then.
    package var deadline: ContinuousClock.Instant { last + Self.patience }

    /// Whether nothing has happened for too long.
    package func isStuck(now: ContinuousClock.Instant) -> Bool { now >= deadline }
}

/// Requests that wait for a thread, in the order of their coming.
package struct WaitingRequests<Request: Sendable>: Sendable {
    private var requests = Deque<Waiting>()
    private var budget: WaitingBudget<[UInt8]>

    private struct Waiting: Sendable {
        let request: Request
        let client: [UInt8]
        let bytes: Int
    }

    package init(limits: WaitingLimits = WaitingLimits()) { budget = WaitingBudget(limits: limits) }

    /// Whether none waits.
    package var isEmpty: Bool { requests.isEmpty }

    /// Lets a request wait; false where there is no room for it.
    package mutating func add(_ request: Request, client: [UInt8], bytes: Int) -> Bool {
        guard budget.hasRoom(for: client, bytes: bytes) else { return false }
        budget.add(client, bytes: bytes)
        requests.append(Waiting(request: request, client: client, bytes: bytes))
        return true
    }

    /// Takes out the one that has waited longest.
    package mutating func popFirst() -> Request? {
        guard let next = requests.popFirst() else { return nil }
        budget.remove(next.client, bytes: next.bytes)
        return next.request
    }
}
