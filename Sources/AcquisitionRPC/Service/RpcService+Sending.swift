public import AcquisitionModel

/// What can be published without a copy: whatever has its bytes in one piece.
extension RpcService {
    /// Publishes bytes as they are.
    ///
    /// - Throws: ``RpcServiceError``: not started, stopped, larger than the limits allow.
    @inlinable
    public func send(_ topic: ApiTopic, _ payload: Span<UInt8>) throws(RpcServiceError) {
        try send(topic, payload.bytes)
    }

    /// Publishes bytes as they are: of `Data`, a slice, an unsafe buffer, a view of SwiftNIO's `ByteBuffer`… A collection
    /// that has its bytes in one piece is not copied.
    ///
    /// - Throws: ``RpcServiceError``: not started, stopped, larger than the limits allow.
    @inlinable
    public func send(_ topic: ApiTopic, _ payload: some Collection<UInt8>) throws(RpcServiceError) {
        let sent = payload.withContiguousStorageIfAvailable { bytes in
            Result { () throws(RpcServiceError) in try send(topic, bytes.span.bytes) }
        }
        guard let sent else { return try send(topic, Array(payload)) }
        try sent.get()
    }

    /// Publishes a message as JSON with its keys in camelCase, wrapped as the dialect says.
    ///
    /// - Throws: ``RpcServiceError``: not started, stopped, cannot be written.
    public func sendDict(_ topic: ApiTopic, _ message: JSONObject) throws(RpcServiceError) {
        try sendDict(topic, message, keys: .camelCase)
    }

    /// Publishes text as it is, in UTF-8, without a further layer of JSON.
    ///
    /// - Throws: ``RpcServiceError``: not started, stopped, larger than the limits allow.
    public func sendString(_ topic: ApiTopic, _ text: String) throws(RpcServiceError) {
        try send(topic, text.utf8)
    }

    /// Publishes what `payload` writes as JSON, wrapped as the dialect says: a payload of this package's, or a
    /// `CodablePayload`.
    ///
    /// - Throws: ``RpcServiceError``: not started, stopped, cannot be written.
    public func send(_ topic: ApiTopic, encoding payload: some WireEncodable) throws(RpcServiceError) {
        let message: JSONObject
        do {
            message = try JSONObject(json: payload.json(limits: options.limits))
        } catch {
            throw .cannotEncode(error)
        }
        try sendDict(topic, message)
    }
}

/// Events that happen now.
extension RpcService {
    /// Publishes an event whose payload fits its kind, now.
    ///
    /// - Throws: ``RpcServiceError``: not started, stopped, cannot be written.
    public func sendEvent<Payload>(_ type: ApiEventType<Payload>, _ payload: Payload) throws(RpcServiceError) {
        try sendEvent(type, payload, when: nil, index: nil)
    }

    /// Publishes an event without payload, now.
    ///
    /// - Throws: ``RpcServiceError``: not started, stopped.
    public func sendEvent(_ type: ApiEventType<NoContext>) throws(RpcServiceError) {
        try sendEvent(type, NoContext(), when: nil, index: nil)
    }

    /// For the compiler, which says what is missing.
    @available(
        *,
        unavailable,
        message: "the payload is missing: this kind of event has one. Write sendEvent(kind, payload)"
    )
    public func sendEvent<Payload>(_ type: ApiEventType<Payload>) throws(RpcServiceError) {
        throw RpcServiceError(.cannotEncode, "The payload of the event '\(type.kind)' is missing")
    }
}
