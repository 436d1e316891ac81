public import AcquisitionModel
import Logging
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension TransportRpcService {
    /// Publishes bytes as they are.
    public func send(_ topic: ApiTopic, _ payload: [UInt8]) throws(RpcServiceError) {
        try publish(payload.span.bytes, on: topic)
    }

    /// Publishes bytes as they are, from where they stand.
    public func send(_ topic: ApiTopic, _ payload: RawSpan) throws(RpcServiceError) {
        try publish(payload, on: topic)
    }

    // In both, so that there is no further call on the way of every message.
    @inline(__always)
    private func publish(_ payload: RawSpan, on topic: ApiTopic) throws(RpcServiceError) {
        guard payload.byteCount <= options.limits.size else {
            let rule = "the message has \(payload.byteCount) bytes; at most \(options.limits.size) are allowed"
            throw RpcServiceError(.cannotEncode, "The message cannot be sent: \(rule) (rule: size)")
        }
        try state.withLock { state throws(RpcServiceError) in
            try state.lifecycle.checkSend()
            try state.publish(payload, on: topic)
        }
    }

    /// Publishes a message as JSON, wrapped as the dialect says.
    public func sendDict(_ topic: ApiTopic, _ message: JSONObject, keys: KeyRule) throws(RpcServiceError) {
        let kind = message["kind"]?.int.map(ApiEventKind.init(rawValue:))
        try spare.lend { buffers throws(RpcServiceError) in
            try write(into: &buffers) { FreeData(.object(message), keys).encode(to: &$0) }
            try state.withLock { state throws(RpcServiceError) in
                try state.lifecycle.checkSend()
                try state.publish(buffers.message, on: topic, kind: kind)
            }
            if topic == .event, let kind { noteNulls(in: buffers, of: kind) }
        }
    }

    /// Publishes an event whose payload fits its kind.
    public func sendEvent<Payload>(
        _ type: ApiEventType<Payload>,
        _ payload: Payload,
        when: EventTime?,
        index: Int?
    ) throws(RpcServiceError) {
        if options.dialect == .legacy, let refusal = EventCatalogue.refusalInLegacy(of: type) {
            throw .cannotEncode(refusal)
        }
        let now = EventCounter.nanoseconds()
        // To the microsecond; a double of today has no more than four times that. The index has the nanoseconds.
        let seconds = Double(now / 1000) / 1e6
        let count = options.dialect == .current ? 0 : nil
        try spare.lend { buffers throws(RpcServiceError) in
            var place: Int?
            try write(into: &buffers) { writer in
                // The closures stand where they are used; one that is shared, or `payload.encode`, would be allocated.
                if let index {
                    let when = when ?? EventTime(secondsSince1970: seconds)
                    ApiEvent.write(type.kind, when, index, repeat: count, to: &writer) { payload.encode(to: &$0) }
                } else if let when {
                    place = ApiEvent.writeWithoutIndex(type.kind, when, repeat: count, to: &writer) {
                        payload.encode(to: &$0)
                    }
                } else {
                    place = ApiEvent.writeWithoutIndex(
                        type.kind,
                        secondsSince1970: seconds,
                        repeat: count,
                        to: &writer
                    ) { payload.encode(to: &$0) }
                }
            }
            try state.withLock { state throws(RpcServiceError) in
                try state.lifecycle.checkSend()
                // Under the lock: who comes first has the smaller index.
                if let place { buffers.fill(state.counter.next(now: now), at: place, in: options.dialect) }
                try state.publish(buffers.message, on: .event, kind: type.kind)
            }
            noteNulls(in: buffers, of: type.kind)
        }
    }

    /// Publishes an event as it is.
    public func sendEvent(_ event: ApiEvent) throws(RpcServiceError) {
        var event = event
        // Release 0.9.7 does not know the key.
        if options.dialect == .legacy { event.repeat = nil }
        try spare.lend { buffers throws(RpcServiceError) in
            try write(into: &buffers) { event.encode(to: &$0) }
            try state.withLock { state throws(RpcServiceError) in
                try state.lifecycle.checkSend()
                try state.publish(buffers.message, on: .event, kind: event.kind)
            }
            noteNulls(in: buffers, of: event.kind)
        }
    }

    func write(
        into buffers: inout Buffers,
        _ message: (inout JSONWriter) -> Void
    ) throws(RpcServiceError) {
        do {
            try PublishedPayload.write(in: options.dialect, to: &buffers.message, inner: &buffers.inner, message)
        } catch {
            throw .cannotEncode(error)
        }
    }

    /// What is done with every heartbeat.
    func beat() {
        sendHeartbeat()
        log.flush()
    }

    func sendHeartbeat() {
        var heartbeat = HeartbeatMessage(
            identifier: options.identifier,
            version: options.dialect.release,
            timestamp: Date().timeIntervalSince1970,
            implementation: Implementation.name,
            implementationVersion: Implementation.version,
            auditDegraded: audit?.isDegraded == true ? true : nil,
            security: transport.exposure == .local ? nil : transport.exposure.rawValue
        )
        heartbeat.deduplicate = options.deduplicate.map { $0 / .seconds(1) }
        heartbeat.counters = Dictionary(uniqueKeysWithValues: counters.map { ($0.rawValue, $1) })
        do {
            try spare.lend { buffers throws(RpcServiceError) in
                // Encoded under the lock: the counts are those of the messages that went before it, not one more.
                try state.withLock { state throws(RpcServiceError) in
                    guard state.lifecycle.phase == .running else { return }
                    heartbeat.epoch = time.epoch
                    heartbeat.uptime = time.uptime(at: .now)
                    heartbeat.published = state.published.values
                    try write(into: &buffers) { heartbeat.encode(to: &$0) }
                    try state.publish(buffers.message, on: .heartbeat, kind: nil)
                }
            }
        } catch {
            log.error("A heartbeat could not be sent", ["error": "\(error)"])
        }
    }
}

extension TransportRpcService.State {
    /// Publishes a message, by one thread at a time since the state is locked.
    mutating func publish(
        _ message: borrowing JSONWriter,
        on topic: ApiTopic,
        kind: ApiEventKind?
    ) throws(RpcServiceError) {
        // The published order: first on EMERGENCY, then the same on EVENT.
        if topic == .event, kind == .emergencyStop || kind == .emergencyResume {
            try publish(message.lentBytes.bytes, on: .emergency)
        }
        try publish(message.lentBytes.bytes, on: topic)
    }

    /// Publishes bytes and counts them, so that subscribers see gaps.
    mutating func publish(_ payload: RawSpan, on topic: ApiTopic) throws(RpcServiceError) {
        try publisher?.publish(topic, payload)
        published.add(topic)
    }
}
