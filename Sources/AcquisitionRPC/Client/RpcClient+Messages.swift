public import AcquisitionModel
import Synchronization

extension RpcClient {
    /// What is published, filtered, from now on. Ends when the client is closed or the reader stops.
    ///
    /// An emergency is published on two topics; where both are asked for, it is delivered once. Where the service says in
    /// its heartbeats what it published (the Python package does not), the stream also tells what was missed, and that
    /// the service was restarted: as a message whose content is an `ApiMessage.Notice`.
    ///
    /// - Parameters:
    ///   - topics: the topics; none for all.
    ///   - kinds: of events only those of these kinds; none for all.
    ///   - capacity: how many messages may wait to be read; the oldest is dropped, and counted, beyond that.
    public func messages(
        topics: Set<ApiTopic> = [],
        kinds: Set<ApiEventKind> = [],
        capacity: Int = 10_000
    ) -> BoundedStream<ApiMessage> {
        let filter = MessageFilter(topics: topics, kinds: kinds)
        let id = state.withLock { $0.nextID() }
        let (stream, inlet) = BoundedStream<ApiMessage>.make(capacity: capacity) { [weak self] in
            guard let self else { return }
            guard state.withLock({ $0.messageStreams.removeValue(forKey: id) }) != nil else { return }
            for prefix in filter.prefixes { unsubscribe(from: prefix) }
        }
        state.withLock { $0.messageStreams[id] = MessageStream(filter: filter, inlet: inlet) }
        for prefix in filter.prefixes { subscribe(to: prefix) }
        if isClosed.load(ordering: .acquiring) { inlet.finish() }
        return stream
    }

    // MARK: - The peer

    /// The last heartbeat; nil where none came yet.
    public var lastHeartbeat: HeartbeatMessage? { state.withLock { $0.liveness.heartbeat } }

    /// The dialect of the service, as its heartbeat says; nil where none came yet.
    public var dialect: Dialect? { lastHeartbeat.map { Dialect(release: $0.version) } }

    /// Whether the service lives, now.
    public var currentLiveness: Liveness { state.withLock { $0.liveness.liveness } }

    /// Why the service does not let this client in; nil where it does, or where nothing is known of it.
    public var refusal: RpcClientError? { state.withLock { $0.refusal } }

    /// Whether there is a connection for commands, now.
    public var isConnected: Bool { state.withLock { $0.connection.isUp } }

    /// Whether there is a connection for what is published, now.
    package var areEventsConnected: Bool { state.withLock { $0.areEventsConnected } }

    /// Whether the service lives: the present answer, then every change.
    public func liveness() -> BoundedStream<Liveness> {
        let id = state.withLock { $0.nextID() }
        let (stream, inlet) = BoundedStream<Liveness>.make(capacity: 64) { [weak self] in
            // Let go of with no lock held.
            _ = self?.state.withLock { $0.livenessStreams.removeValue(forKey: id) }
        }
        state.withLock { state in
            state.livenessStreams[id] = inlet
            // The stream is new: there is nobody whom this could wake up.
            inlet.yield(state.liveness.liveness)
        }
        if isClosed.load(ordering: .acquiring) { inlet.finish() }
        return stream
    }
}
