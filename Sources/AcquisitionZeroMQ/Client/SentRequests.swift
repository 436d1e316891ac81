/// The requests that were sent on one connection and have no reply: a value.
///
/// What is sent on a connection arrives in order, so that a reply to one request says that those which were sent before it
/// have arrived as well.
struct SentRequests: Sendable {
    private struct Places: Sendable {
        let first: Int
        var last: Int
    }

    /// The places, counted from 1 on, at which each request was sent: several where it was given again.
    private var places: [UInt64: Places] = [:]
    private var count = 0
    /// What was sent up to this place has arrived.
    private var arrived = 0

    /// Whether nobody waits for a reply on this connection.
    var isEmpty: Bool { places.isEmpty }

    mutating func sent(_ id: UInt64) {
        count += 1
        places[id, default: Places(first: count, last: count)].last = count
    }

    mutating func answered(_ id: UInt64) {
        guard let place = places.removeValue(forKey: id) else { return }
        arrived = max(arrived, place.first)
    }

    /// Nobody waits for the reply any more; whether the request may still be on its way.
    mutating func forget(_ id: UInt64) -> Bool {
        guard let place = places.removeValue(forKey: id) else { return false }
        return place.last > arrived
    }
}
