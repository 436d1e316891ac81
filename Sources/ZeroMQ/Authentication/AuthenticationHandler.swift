import Synchronization

/// Answers, for all sockets of a context, whether a client may come in (ZAP, RFC 27). Only CURVE clients are let in.
///
/// It fails closed: a request of another form, version, mechanism or domain, and a decision that throws, refuse the
/// client. Make it before the sockets bind, with ``SocketOption/zapDomain`` and ``SocketOption/zapEnforceDomain`` set on
/// them; without it they let nobody in. Stop it when they are closed.
///
/// ```swift
/// let handler = try AuthenticationHandler(context, domains: ["lab"]) { request in
///     request.key == friend ? .accepted(as: "friend") : .refused("unknown key")
/// }
/// Thread.detachNewThread { handler.run() }
/// ```
public final class AuthenticationHandler: Sendable {
    /// Decides about a client; called on the thread that runs ``run(watching:_:)``, and nobody comes in meanwhile.
    public typealias Decision = @Sendable (AuthenticationRequest) throws -> AuthenticationAnswer

    /// Where libzmq asks.
    static let endpoint = "inproc://zeromq.zap.01"
    /// How many clients, and events of one monitor, are looked at before others have their turn.
    private static let batch = 64

    private let socket: Socket
    private let waker: Waker
    private let domains: Set<String>
    private let decide: Decision
    private let isStopped = Atomic(false)

    /// A handler for these domains, of which a context has one.
    ///
    /// - Throws: ``ZeroMQError/Code/addressInUse`` where the context has a handler,
    ///   ``ZeroMQError/Code/tooManyFiles``, ``ZeroMQError/Code/terminated``.
    public init(_ context: Context, domains: Set<String>, decide: @escaping Decision) throws(ZeroMQError) {
        waker = try Waker()
        socket = try context.socket(.rep)
        self.domains = domains
        self.decide = decide
        try socket.set(.linger, to: .zero)
        try socket.bind(Self.endpoint)
    }

    /// Answers until ``stop()``, and blocks the calling thread: give it one of its own.
    ///
    /// - Parameters:
    ///   - monitors: monitors of the sockets, whose events are read on the way.
    ///   - noticed: is told of each event.
    public func run(watching monitors: [SocketMonitor] = [], _ noticed: (MonitorEvent) -> Void = { _ in }) {
        var poller = Poller(waker: waker, watching: socket)
        for monitor in monitors { poller.watch(monitor) }
        defer { socket.close() }
        while !isStopped.load(ordering: .acquiring) {
            do {
                _ = try poller.poll()
                for _ in 0..<Self.batch {
                    guard let message = try socket.tryReceive() else { break }
                    try socket.send(answer(message))
                }
                for monitor in monitors where !Self.read(monitor, noticed) { poller.remove(monitor) }
            } catch  where error.code == .terminated || error.code == .closed {
                return
            } catch {
                // A question that was not answered lets nobody in. Not at once again, should it go on failing.
                _ = try? Poller(waker: waker).poll(timeout: .milliseconds(100))
            }
        }
    }

    /// Ends ``run(watching:_:)``. From then on nobody is let in.
    public func stop() {
        isStopped.store(true, ordering: .releasing)
        waker.wake()
    }

    /// Closes the socket of a handler that never ran.
    public func close() {
        stop()
        socket.close()
    }

    /// The reply to libzmq's question.
    func answer(_ message: Message) -> Message {
        let requestID = message.frames.dropFirst().first ?? []
        return decision(message.frames).frames(to: requestID)
    }

    private func decision(_ frames: [Frame]) -> AuthenticationAnswer {
        let request: AuthenticationRequest
        do {
            request = try AuthenticationRequest(frames: frames)
        } catch {
            return error
        }
        guard domains.contains(request.domain) else { return .failed("The domain is not known") }
        do {
            return try decide(request)
        } catch {
            return .failed("The decision failed")
        }
    }

    /// False where the monitor is closed.
    private static func read(_ monitor: SocketMonitor, _ noticed: (MonitorEvent) -> Void) -> Bool {
        do {
            for _ in 0..<batch {
                guard let event = try monitor.tryReceive() else { return true }
                noticed(event)
            }
            return true
        } catch {
            return false
        }
    }
}
