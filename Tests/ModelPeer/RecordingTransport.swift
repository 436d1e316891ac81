import AcquisitionModel
import AcquisitionRPC
import Synchronization

/// Passes everything on to another transport, and holds what passes against the promises.
final class RecordingTransport: ServiceTransport {
    private let inner: any ServiceTransport
    private let ledger: Ledger
    private let record: Record
    /// How long an emergency stop may take until it is answered.
    private let stopLimit: Duration

    final class Record: Sendable {
        let state = Mutex(State())

        struct State {
            var arrivals: [PeerAddress: [Arrival]] = [:]
            var replies: [PeerAddress: [ApiCommandReply]] = [:]
            var results: [JSONValue: [[UInt8]]] = [:]
            var lastIndex = Int.min
            var published: [ApiTopic: Int] = [:]
        }

        struct Arrival {
            let nonce: JSONValue
            let command: ApiCommand
            let time: ContinuousClock.Instant
        }
    }

    init(_ inner: any ServiceTransport, ledger: Ledger, stopLimit: Duration) {
        (self.inner, self.ledger, self.stopLimit) = (inner, ledger, stopLimit)
        record = Record()
    }

    func start(
        _ handler: @escaping RequestHandler
    ) throws(RpcServiceError) -> (endpoints: RpcEndpoints, publisher: any MessagePublisher) {
        let (endpoints, publisher) = try inner.start { [self] incoming in
            arrived(incoming)
            let reply = handler(incoming)
            if let reply { replied(reply, to: incoming.peer) }
            return reply
        }
        return (endpoints, RecordingPublisher(publisher, record: record, ledger: ledger))
    }

    func reply(_ bytes: [UInt8], to peer: PeerAddress) {
        replied(bytes, to: peer)
        inner.reply(bytes, to: peer)
    }

    private func arrived(_ incoming: IncomingRequest) {
        guard let request = try? ApiCommandRequest(bytes: incoming.frames[0]) else { return }
        let arrival = Record.Arrival(nonce: request.nonce, command: request.command, time: .now)
        record.state.withLock { $0.arrivals[incoming.peer, default: []].append(arrival) }
    }

    private func replied(_ bytes: [UInt8], to peer: PeerAddress) {
        guard let json = try? JSONReader.read(bytes), let reply = try? ApiCommandReply(json: json) else {
            ledger.broken("a reply can be read")
        }
        let arrivals = record.state.withLock { state in
            state.replies[peer, default: []].append(reply)
            return state.arrivals[peer] ?? []
        }
        guard let first = arrivals.first, first.nonce == reply.nonce else {
            ledger.broken("a reply goes to the one who asked: \(reply)")
        }
        guard first.command == .emergencyStop, let last = arrivals.last else { return }
        let taken = ContinuousClock.now - last.time
        ledger.count("emergency stops")
        // On a machine that is very busy it may be told to be pending, and is carried out all the same.
        guard [.success, .pendingWithNotification, .unavailable].contains(reply.result) else {
            ledger.broken("an emergency stop is carried out: \(reply)")
        }
        if taken > stopLimit { ledger.broken("an emergency stop waits for nothing: it took \(taken)") }
    }

    /// After the service has stopped: who was told what.
    func check() {
        let state = record.state.withLock { $0 }
        var asked: [JSONValue: Int] = [:]
        var pending: Set<JSONValue> = []
        for (peer, arrivals) in state.arrivals {
            let replies = state.replies[peer] ?? []
            let nonce = arrivals[0].nonce
            if replies.isEmpty { ledger.broken("one reply: \(arrivals[0]) has none") }
            if replies.count > arrivals.count {
                ledger.broken("one reply: \(arrivals.count) requests under \(nonce), \(replies.count) replies")
            }
            asked[nonce, default: 0] += arrivals.count
            if replies.contains(where: { $0.result == .pendingWithNotification }) { pending.insert(nonce) }
        }
        for (nonce, count) in asked {
            let results = state.results[nonce] ?? []
            if pending.contains(nonce), results.isEmpty { ledger.broken("one result after PENDING: \(nonce) has none") }
            if Set(results).count > 1 { ledger.broken("at most one result: \(nonce) has \(Set(results).count)") }
            // Whoever asks again may have missed it, and hears it again.
            if results.count > count { ledger.broken("at most one result: \(nonce) has it \(results.count) times") }
            if !pending.contains(nonce), !results.isEmpty { ledger.broken("a result only after PENDING: \(nonce)") }
        }
        ledger.count("arrivals", state.arrivals.values.reduce(0) { $0 + $1.count })
        ledger.count("results", state.results.values.reduce(0) { $0 + $1.count })
    }

    var undeliveredReplies: Int { inner.undeliveredReplies }
    func report(to listener: @escaping @Sendable (TransportReport) -> Void) { inner.report(to: listener) }
    func tick() -> ContinuousClock.Instant? { inner.tick() }
    var exposure: ServiceExposure { inner.exposure }
    func stop(flush: Duration) { inner.stop(flush: flush) }
}

/// Holds what is published against the promises.
private final class RecordingPublisher: MessagePublisher {
    private let inner: any MessagePublisher
    private let record: RecordingTransport.Record
    private let ledger: Ledger

    init(_ inner: any MessagePublisher, record: RecordingTransport.Record, ledger: Ledger) {
        (self.inner, self.record, self.ledger) = (inner, record, ledger)
    }

    func publish(_ topic: ApiTopic, _ payload: RawSpan) throws(RpcServiceError) {
        let bytes = payload.withUnsafeBytes { Array($0) }
        if let json = try? PublishedPayload.read(bytes).value { check(topic, json, bytes) }
        try inner.publish(topic, payload)
    }

    private func check(_ topic: ApiTopic, _ json: JSONValue, _ bytes: [UInt8]) {
        record.state.withLock { state in
            switch topic {
            case .event:
                guard let index = json["index"]?.int, index > state.lastIndex else {
                    ledger.broken("order on the wire is order of index: \(json) after \(state.lastIndex)")
                }
                state.lastIndex = index
            case .commandResult: state.results[json["nonce"] ?? .null, default: []].append(bytes)
            case .heartbeat:
                for member in json["published"]?.object?.members ?? [] {
                    let topic = UInt32(member.key).map(ApiTopic.init(rawValue:))
                    let count = topic.flatMap { state.published[$0] } ?? 0
                    if member.value.int != count {
                        ledger.broken("heartbeats count: \(member) where there are \(count)")
                    }
                }
            default: break
            }
            state.published[topic, default: 0] += 1
        }
    }
}
