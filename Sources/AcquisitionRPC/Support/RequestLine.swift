/// Requests that wait, in the order of their coming, each under a number by which it can be taken out again; all in
/// constant time, on the average.
struct RequestLine: Sendable {
    private var order = Deque<UInt64>()
    private var requests: [UInt64: Waiting] = [:]
    /// Which request has a number; where several have the same, the one that came last.
    private var places: [UInt64: UInt64] = [:]
    private var lastPlace: UInt64 = 0

    private struct Waiting: Sendable {
        let id: UInt64
        let bytes: [UInt8]
    }

    /// How many wait.
    var count: Int { requests.count }

    /// Whether none waits.
    var isEmpty: Bool { requests.isEmpty }

    /// A request comes.
    mutating func append(_ bytes: [UInt8], id: UInt64) {
        lastPlace += 1
        order.append(lastPlace)
        requests[lastPlace] = Waiting(id: id, bytes: bytes)
        places[id] = lastPlace
    }

    /// Takes out the one that came first.
    mutating func popFirst() -> (id: UInt64, bytes: [UInt8])? {
        while let place = order.popFirst() {
            guard let request = requests.removeValue(forKey: place) else { continue }
            if places[request.id] == place { places[request.id] = nil }
            return (request.id, request.bytes)
        }
        return nil
    }

    /// Takes out the one with this number; nil where it does not wait.
    mutating func remove(id: UInt64) -> [UInt8]? {
        guard let place = places.removeValue(forKey: id), let request = requests.removeValue(forKey: place) else {
            return nil
        }
        // Its place stays, until there are more empty ones than others.
        if order.count > 64, order.count > 2 * requests.count { order.filter { requests[$0] != nil } }
        return request.bytes
    }
}
