import Synchronization

/// What has come for a client within the process and is read, one after another, on a thread of its own: neither on the
/// thread of whoever publishes, nor on one of the program's pools, which the program may block.
final class ClientInbox: Sendable {
    /// How many published messages may wait to be read; what comes beyond that is dropped, as by a subscriber's socket.
    static let maximumUnread = 10_000
    /// How many bytes they may have.
    static let maximumUnreadBytes = 64 << 20

    private let state = Mutex(State())
    private let news = Alarm()
    private let isClosed = Atomic(false)

    private enum Item {
        case event(ClientTransportEvent, bytes: Int?)
        case mark(Alarm)
    }

    private struct State {
        var items = Deque<Item>()
        var unread = 0
        var unreadBytes = 0
    }

    /// Begins to read; false where the system has no thread to give.
    func start(_ receiver: @escaping ClientTransport.Receiver) -> Bool {
        Worker.start("rpc-inside") { [self] in run(receiver) }
    }

    /// Lets the client read an event.
    func put(_ event: ClientTransportEvent) { put(.event(event, bytes: nil)) }

    /// Lets the client read a published message, unless it has too many to read.
    func put(published topic: [UInt8], _ payload: [UInt8]) {
        let bytes = topic.count + payload.count
        let hasRoom = state.withLock { state in
            guard state.unread < Self.maximumUnread, bytes <= Self.maximumUnreadBytes - state.unreadBytes else {
                return false
            }
            state.unread += 1
            state.unreadBytes += bytes
            return true
        }
        if hasRoom { put(.event(.published([topic, payload]), bytes: bytes)) }
    }

    private func put(_ item: sending Item) {
        guard !isClosed.load(ordering: .acquiring) else { return }
        let wasEmpty = state.withLock { state in
            defer { state.items.append(item) }
            return state.items.isEmpty
        }
        if wasEmpty { news.ring() }
    }

    /// Nothing is read any more, but for what is being read just now.
    func close() {
        isClosed.store(true, ordering: .sequentiallyConsistent)
        news.ring()
    }

    /// Waits until the client has read what came, or the time is over.
    func waitUntilRead(atMost limit: Duration) {
        guard !isClosed.load(ordering: .acquiring) else { return }
        let isRead = Alarm()
        put(.mark(isRead))
        isRead.wait(atMost: limit)
    }

    private func run(_ receiver: ClientTransport.Receiver) {
        while !isClosed.load(ordering: .acquiring) {
            guard let item = state.withLock({ $0.items.popFirst() }) else {
                news.wait(atMost: .longest)
                continue
            }
            switch item {
            case .mark(let alarm): alarm.ring()
            case .event(let event, let bytes):
                if let bytes {
                    state.withLock { state in
                        state.unread -= 1
                        state.unreadBytes -= bytes
                    }
                }
                receiver(event)
            }
        }
        // Whoever waits need not wait for a client that is closed.
        for case .mark(let alarm) in state.withLock({ $0.items.takeAll() }) { alarm.ring() }
    }
}
