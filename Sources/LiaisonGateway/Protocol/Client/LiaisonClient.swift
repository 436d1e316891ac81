public import AcquisitionModel
import AcquisitionRPC
public import GatewayCore
public import Logging
public import NIOCore
public import NIOPosix
import Synchronization

/// A client of a Liaison backend, this package's or Python's.
///
/// ```swift
/// let client = LiaisonClient(address, logger: logger)
/// async let connection: Void = client.run()
/// let isOpen = try await client.request(LiaisonCommand(.run, ["rig.valve.open", "left"]))
/// ```
///
/// It connects again when a connection ends: the Python package ends all others soon after one has gone
/// (`protocol/liaison.md`, L21). A request without a reply is not repeated: it may have been carried out.
public final class LiaisonClient: Sendable {
    /// How a client behaves.
    public struct Options: Sendable, Hashable {
        /// How long a request waits for a connection and its reply.
        public var timeout: Duration = .seconds(5)
        /// The token that the server asks for.
        public var token: String?
        /// The origin that a browser would name.
        public var origin: String?
        /// The largest message that is accepted.
        public var messageSize = 16 << 20
        /// How many requests may wait for their replies.
        public var mostRequests = 1024
        /// How long to wait before connecting again; doubled each time up to 5 s.
        public var pause: Duration = .milliseconds(50)
        /// How often the server is asked whether it lives, and how long it may take to say so. The Python package cannot
        /// while it works (L10).
        public var pingInterval: Duration = .seconds(20)

        /// The usual.
        public init() {}
    }

    /// What the server sends that is no reply (L20); the oldest is left out where nobody reads it. For one reader.
    public let pushes: AsyncStream<JSONValue>
    private let address: ListenAddress
    private let options: Options
    private let group: any EventLoopGroup
    private let logger: Logger
    private let pushed: AsyncStream<JSONValue>.Continuation
    private let state = Mutex(ClientState())

    /// A client that connects when ``run()`` is called.
    public init(
        _ address: ListenAddress,
        options: Options = Options(),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger
    ) {
        self.address = address
        self.options = options
        self.group = group
        self.logger = logger.safe
        (pushes, pushed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1024))
    }

    // MARK: - Requests

    /// Gives a command and returns the response.
    ///
    /// - Throws: ``LiaisonError`` as the server reports it; `GatewayError` of the codes `noAnswer`, `notConnected`, `closed`
    ///   and `busy`; `CancellationError`.
    public func request(_ command: LiaisonCommand, timeout: Duration? = nil) async throws -> JSONValue {
        let id = state.withLock { $0.nextID() }
        let text = LiaisonRequest(command, id: JSONValue(Int(id))).event.pythonText
        let limit = timeout ?? options.timeout
        let timer = Task {
            try await Task.sleep(for: limit.saturated, clock: .continuous)
            giveUp(id, after: limit)
        }
        defer { timer.cancel() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiting: ClientState.Waiting) in
                let isTaken = state.withLock { state in
                    guard state.count < options.mostRequests, !Task.isCancelled else { return false }
                    state.add(id, text, waiting)
                    return true
                }
                if !isTaken { waiting.resume(returning: .failure(GatewayError(.busy, "Too many requests wait"))) }
            }
        } onCancel: {
            giveUp(id, after: limit)
        }
        if case .failure = result { try Task.checkCancellation() }
        return try result.get().get()
    }

    private func giveUp(_ id: UInt64, after limit: Duration) {
        let (taken, reason) = state.withLock { ($0.forget(id), $0.reason) }
        guard let taken else { return }
        let error =
            taken.wasSent
            ? GatewayError(.noAnswer, "No reply came within \(limit)")
            : GatewayError(.notConnected, "There is no connection to \(address): \(reason)")
        taken.waiting.resume(returning: .failure(error))
    }

    // MARK: - The connection

    /// Stays connected until the task is cancelled.
    ///
    /// - Throws: `GatewayError` of the code `notAllowed` where the server refuses this client.
    public func run() async throws {
        var pause = options.pause
        while !Task.isCancelled {
            do {
                switch try await ClientUpgrade.connect(to: address, options: options, group: group) {
                case .refused(let channel):
                    let status = try await ClientUpgrade.status(channel)
                    throw GatewayError(.notAllowed, "\(address) refused: \(status.map { "\($0)" } ?? "no status")")
                case .webSocket(let channel):
                    pause = options.pause
                    try await ClientConnection(self, channel, options, logger).run()
                    state.withLock { $0.reason = "the server closed it" }
                }
            } catch let error as GatewayError where error.code == .notAllowed {
                throw error
            } catch {
                state.withLock { $0.reason = NetworkReason.words(error) }
                logger.debug("No connection", metadata: ["reason": "\(NetworkReason.words(error))"])
            }
            guard (try? await Task.sleep(for: pause.saturated, clock: .continuous)) != nil else { return }
            pause = min(pause.saturated * 2, .seconds(5))
        }
    }

    func connected(_ outbox: ConnectionOutbox) { state.withLock { $0.connected(outbox) } }

    func disconnected() {
        for waiting in state.withLock({ $0.disconnected() }) {
            waiting.resume(returning: .failure(GatewayError(.closed, "The connection ended before the reply came")))
        }
    }

    func received(_ message: JSONValue) {
        guard let reply = LiaisonReply(json: message) else {
            pushed.yield(message)
            return
        }
        state.withLock { $0.take(reply) }?.resume(returning: .success(reply))
    }
}
