public import AcquisitionModel

/// The voice and the ear of an acquisition process: events go out by topic, commands come in and are answered.
///
/// ```swift
/// let service = createApiService(ApiOptions())   // import AcquisitionZeroMQ
/// service?.setDelegate { request in
///     request.command == .getStatus ? .success(["ready": true]) : .unrecognized
/// }
/// try service?.start()
/// try service?.sendEvent(.tunnelEnter)
/// await service?.stop()
/// ```
///
/// Everything may be called from any thread. The methods that send write to the socket on the caller's thread and
/// never wait for a peer.
public protocol RpcService: AnyObject, Sendable {
    /// What the service was made with.
    var options: RpcOptions { get }

    /// Where the service can be reached; nil unless it runs.
    var endpoints: RpcEndpoints? { get }

    /// What the service did, refused, dropped and lost since its start; zeros are left out.
    var counters: [ServiceCounter: Int] { get }

    /// Sets who answers commands; nil for nobody (commands are then answered UNAVAILABLE). May be changed at any time;
    /// after `stop()` it does nothing.
    func setDelegate(_ delegate: CommandRequestDelegate?)

    /// Binds everything and begins to answer commands and to send heartbeats.
    ///
    /// - Throws: ``RpcServiceError`` with the endpoint and the reason; then nothing is bound, and the start may be tried
    ///   again. Also when the service was started or stopped before.
    func start() throws(RpcServiceError)

    /// Ends the service within 2 seconds, whatever the peers and the delegate do: pending commands are published as
    /// FAILED, what was published is flushed for at most 250 ms. Where the service is being started or stopped by
    /// another thread, it waits for that; it does nothing unless the service runs.
    ///
    /// Blocks the calling thread; in asynchronous code `await stop()` does not.
    func stop()

    /// Ends the service as the blocking `stop()` does, without blocking a thread.
    func stop() async

    /// Starts the service and serves until it is stopped, or until the task is cancelled, which stops it: for a program
    /// that runs its parts as tasks.
    ///
    /// - Throws: ``RpcServiceError`` where the service cannot start.
    func run() async throws(RpcServiceError)

    /// Publishes bytes as they are.
    ///
    /// - Throws: ``RpcServiceError``: not started, stopped, larger than the limits allow.
    func send(_ topic: ApiTopic, _ payload: [UInt8]) throws(RpcServiceError)

    /// Publishes bytes as they are, from where they stand. Also takes `Data`, a slice, a buffer or a `Span<UInt8>`.
    ///
    /// - Throws: ``RpcServiceError``: not started, stopped, larger than the limits allow.
    func send(_ topic: ApiTopic, _ payload: RawSpan) throws(RpcServiceError)

    /// Publishes a message as JSON, wrapped as the dialect says; an event of kind 101 or 102 on `ApiTopic.event` goes
    /// out on `ApiTopic.emergency` first.
    ///
    /// - Parameters:
    ///   - topic: the topic.
    ///   - message: the message.
    ///   - keys: how its keys are spelled, those of nested objects too.
    /// - Throws: ``RpcServiceError``: not started, stopped, cannot be written.
    func sendDict(_ topic: ApiTopic, _ message: JSONObject, keys: KeyRule) throws(RpcServiceError)

    /// Publishes an event whose payload fits its kind.
    ///
    /// - Parameters:
    ///   - type: the kind, with the type of its payload.
    ///   - payload: what more there is to say.
    ///   - when: nil for the present time.
    ///   - index: nil for the next number: nanoseconds since 1970, and larger than that of every event before.
    /// - Throws: ``RpcServiceError``: not started, stopped, cannot be written.
    func sendEvent<Payload>(
        _ type: ApiEventType<Payload>,
        _ payload: Payload,
        when: EventTime?,
        index: Int?
    ) throws(RpcServiceError)

    /// Publishes an event as it is.
    ///
    /// - Throws: ``RpcServiceError``: not started, stopped, cannot be written.
    func sendEvent(_ event: ApiEvent) throws(RpcServiceError)

    /// Publishes the result of a command that was answered PENDING_WITH_NOTIFICATION, under the command and nonce that
    /// `response` names. ``answerLater(to:_:)`` does this by itself.
    ///
    /// - Throws: ``RpcServiceError``: not started, stopped, cannot be written.
    func sendCommandResult(_ response: ApiCommandRequestResponse) throws(RpcServiceError)

    /// Answers PENDING_WITH_NOTIFICATION now and publishes what `work` comes to when it ends, once and only once: its
    /// response, the exception where it throws, FAILED where the service stops first.
    ///
    /// ```swift
    /// service.setDelegate { [service] request in
    ///     service.answerLater(to: request) {
    ///         try await calibrate()
    ///         return .success()
    ///     }
    /// }
    /// ```
    ///
    /// - Returns: what the delegate is to return.
    func answerLater(
        to request: ApiCommandRequest,
        _ work: @escaping @Sendable () async throws -> ApiCommandRequestResponse
    ) -> ApiCommandRequestResponse
}
