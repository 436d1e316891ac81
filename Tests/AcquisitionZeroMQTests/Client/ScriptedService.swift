import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Synchronization
import ZeroMQ

/// A service over real sockets that does what a test says: it sends heartbeats of any kind, and answers or does not.
final class ScriptedService: Sendable {
    /// What it answers; nil for nothing.
    typealias Answer = @Sendable (ApiCommandRequest, ScriptedService) -> ApiCommandReply?

    let command: String
    let subscriber: String
    private let heartbeat: HeartbeatMessage
    private let state = Mutex(State())
    private let isStopped = Atomic(false)

    private struct State {
        var requests: [ApiCommandRequest] = []
        var results: [ApiCommandRequestResponse] = []
        var isOver = false
    }

    /// The commands that came, questions after the epoch left out.
    var commands: [ApiCommandRequest] { state.withLock { $0.requests.filter { $0.command != .none } } }
    /// How often the epoch was asked for.
    var questions: Int { state.withLock { $0.requests.count { $0.command == .none } } }

    /// Binds to an endpoint that was another service's: libzmq closes a socket in the background, and may still hold it.
    private static func bind(_ socket: Socket, to endpoint: String?) throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            do {
                return try socket.bind(endpoint ?? "tcp://127.0.0.1:*")
            } catch {
                guard error.code == .addressInUse, ContinuousClock.now < deadline else { throw error }
            }
        }
    }

    /// - Parameters:
    ///   - epoch: what heartbeats and answers to NONE name.
    ///   - window: for how many seconds it says that it remembers commands.
    ///   - isSilent: whether it sends heartbeats only once it was given a command.
    ///   - place: the service whose endpoints it takes over; nil for free ones.
    init(
        epoch: Int?,
        window: Double?,
        isSilent: Bool = false,
        at place: ScriptedService? = nil,
        _ answer: @escaping Answer = { _, _ in nil }
    ) throws {
        let router = try Context.shared.socket(.router)
        let publisher = try Context.shared.socket(.pub)
        for socket in [router, publisher] { try socket.set(.linger, to: .zero) }
        try Self.bind(router, to: place?.command)
        try Self.bind(publisher, to: place?.subscriber)
        command = try router.lastEndpoint
        subscriber = try publisher.lastEndpoint
        var heartbeat = HeartbeatMessage(
            identifier: "scripted",
            version: "0.12.0",
            timestamp: 0,
            implementation: "AcquisitionRPC"
        )
        heartbeat.epoch = epoch
        heartbeat.deduplicate = window
        self.heartbeat = heartbeat
        Worker.start("scripted") { [self] in
            while !isStopped.load(ordering: .relaxed) {
                do { try turn(router, publisher, isSilent: isSilent, answer) } catch { break }
            }
            router.close()
            publisher.close()
            state.withLock { $0.isOver = true }
        }
    }

    func publish(_ result: ApiCommandRequestResponse) { state.withLock { $0.results.append(result) } }

    /// Ends as a process that is killed does; its endpoints are free when this returns.
    func kill() async {
        isStopped.store(true, ordering: .relaxed)
        while !state.withLock({ $0.isOver }) { await Task.yield() }
    }

    func client(_ options: ClientOptions) throws -> RpcClient {
        try createApiClient(command: command, subscriber: subscriber, options: options)
    }

    private func turn(_ router: Socket, _ publisher: Socket, isSilent: Bool, _ answer: Answer) throws {
        try router.set(.receiveTimeout, to: .milliseconds(10))
        while let message = try router.receiveOrNothing() {
            guard let body = message.frames.last, let request = try? ApiCommandRequest(bytes: body) else { continue }
            state.withLock { $0.requests.append(request) }
            var reply = request.command == .none ? ApiCommandReply(.success(), to: request) : answer(request, self)
            if request.command == .none { reply?.epoch = heartbeat.epoch }
            guard let reply else { continue }
            try router.send(Message(frames: Array(message.frames.dropLast()) + [reply.bytes()]))
        }
        if !isSilent || !commands.isEmpty {
            try publisher.send(Message(frames: [ApiTopic.heartbeat.frame, heartbeat.encoded()]))
        }
        let results = state.withLock { state in
            defer { state.results = [] }
            return state.results
        }
        for result in results {
            try publisher.send(Message(frames: [ApiTopic.commandResult.frame, result.encoded()]))
        }
    }
}

extension Socket {
    /// The next message; nil where none comes within the socket's time.
    fileprivate func receiveOrNothing() throws -> Message? {
        do {
            return try receive()
        } catch  where error.code == .timedOut {
            return nil
        }
    }
}
