/// The requests that wait to be sent, in the order of their coming.
struct RequestQueue: Sendable {
    private struct Request: Sendable {
        let id: UInt64
        let bytes: [UInt8]
        /// The only connection on which it may be sent, and until when; nil for what is sent for the first time.
        let terms: (connection: Int, deadline: ContinuousClock.Instant)?
    }

    private var requests: [Request] = []

    var isEmpty: Bool { requests.isEmpty }

    /// A request that was not sent before.
    mutating func append(_ bytes: [UInt8], id: UInt64) { requests.append(Request(id: id, bytes: bytes, terms: nil)) }

    /// A request that was sent before: only on this connection, and only before the deadline. Where it waits still it goes out
    /// once.
    mutating func append(_ bytes: [UInt8], id: UInt64, connection: Int, before deadline: ContinuousClock.Instant) {
        guard !requests.contains(where: { $0.id == id }) else { return }
        requests.append(Request(id: id, bytes: bytes, terms: (connection, deadline)))
    }

    mutating func remove(_ id: UInt64) { requests.removeAll { $0.id == id } }

    /// Sends what may be sent on the connection of this number, in order, until `send` says that there is no room.
    mutating func send<Failure>(
        on connection: Int,
        now: ContinuousClock.Instant,
        _ send: (_ bytes: [UInt8], _ id: UInt64) throws(Failure) -> Bool
    ) throws(Failure) {
        if requests.isEmpty { return }
        requests.removeAll { request in
            request.terms.map { $0.connection != connection || $0.deadline <= now } ?? false
        }
        var sent = 0
        defer { requests.removeFirst(sent) }
        for request in requests {
            guard try send(request.bytes, request.id) else { return }
            sent += 1
        }
    }
}
