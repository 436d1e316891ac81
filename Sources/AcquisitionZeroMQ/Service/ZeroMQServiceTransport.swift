import AcquisitionModel
package import AcquisitionRPC
package import Logging
import Synchronization
import ZeroMQ

/// The service's two sockets: an XPUB on which it speaks, a ROUTER on which it listens.
///
/// The XPUB socket is used under the service's lock by whichever thread sends; the ROUTER belongs to ``CommandLoop``.
/// Each service has a context of its own, for only the end of a context tells when everything published has left.
package final class ZeroMQServiceTransport: ServiceTransport {
    private let options: RpcOptions
    private let logger: Logger
    private let running = Mutex<Running?>(nil)
    private let listener = Mutex(Listener())
    /// The longest time that closed sockets keep what was not delivered.
    private static let linger: Duration = .milliseconds(250)
    /// What the frames before a request's body may take: identities of proxies, a request id.
    private static let envelopeRoom = 65_536
    private static let noThread = RpcServiceError(.transport, "The system has no thread for the service")

    /// A struct round the function: see `TransportRpcService.Delegate`.
    private struct Listener {
        var function: (@Sendable (TransportReport) -> Void)?
    }

    private struct Running {
        let context: Context
        let publisher: Socket
        let connectionGuard: ConnectionGuard
        let loop: CommandLoop
        let doorkeeper: Doorkeeper?
        let exposure: ServiceExposure
        /// The folders of its Unix sockets, which it has until these are gone.
        let holds: [SocketFolderHold]
    }

    package init(options: RpcOptions, logger: Logger) {
        self.options = options
        self.logger = logger.safe
    }

    package func start(
        _ handler: @escaping RequestHandler
    ) throws(RpcServiceError) -> (endpoints: RpcEndpoints, publisher: any MessagePublisher) {
        var plan = try BindPlan(for: options.bind)
        let protection = try Protection(options, plan)
        if case .interfaces(let names) = options.allowInsecureRemote, protection.exposure == .insecureRemote {
            plan.confine(to: names)
        }
        var limits = try GuardLimits(
            options.highWaterMarks,
            request: SocketSettings.sum(SocketSettings.mostFrameBytes(options.limits.size), Self.envelopeRoom),
            isEncrypted: protection.exposure == .curve
        )
        limits.connections = ConnectionBudget.Limits(options.load)
        let context = try Self.translating { () throws(ZeroMQError) in try Context() }
        var opened: [Socket] = []
        var doorkeeper: Doorkeeper?
        var holds: [SocketFolderHold] = []
        do throws(RpcServiceError) {
            doorkeeper = try self.doorkeeper(for: protection, context)
            let publisher = try Self.translating { () throws(ZeroMQError) in try context.socket(.xpub) }
            opened.append(publisher)
            let router = try Self.translating { () throws(ZeroMQError) in try context.socket(.router) }
            opened.append(router)
            try Self.translating { () throws(ZeroMQError) in
                try SocketSettings.apply(toPublisher: publisher, options.highWaterMarks, flush: Self.linger)
                try SocketSettings.apply(
                    toRouter: router,
                    options.highWaterMarks,
                    mostBytes: options.limits.size,
                    flush: Self.linger
                )
            }
            let listener = listener.withLock { $0 }.function
            let connectionGuard = try Self.translating { [doorkeeper, limits] () throws(ZeroMQError) in
                try ConnectionGuard(
                    router: router,
                    publisher: publisher,
                    limits: limits,
                    logger: logger,
                    report: { listener?(.cut($0)) },
                    others: { doorkeeper?.heard($0) }
                )
            }
            // Before the first client can come. The guard, which watches both doors, tells what happens at them.
            try doorkeeper?.begin(keeping: opened, watching: [])
            for folder in plan.folders { holds.append(try SocketFolderHold(folder)) }
            let endpoints = RpcEndpoints(
                subscriber: try plan.bind(publisher, .events, port: options.subscriberPort),
                command: try plan.bind(router, .commands, port: options.commandPort)
            )
            for remark in plan.remarks { logger.warning("\(remark)") }
            let loop = try Self.translating { () throws(ZeroMQError) in
                try CommandLoop(
                    router: router,
                    connectionGuard: connectionGuard,
                    handler: handler,
                    sender: doorkeeper?.sender ?? CommandLoop.anybody,
                    logger: logger
                )
            }
            // Before the first request, whose reply may come from another thread.
            let started = Running(
                context: context,
                publisher: publisher,
                connectionGuard: connectionGuard,
                loop: loop,
                doorkeeper: doorkeeper,
                exposure: protection.exposure,
                holds: holds
            )
            running.withLock { $0 = started }
            guard connectionGuard.start(nudge: { [weak loop] in loop?.nudge() }) else { throw Self.noThread }
            guard loop.start() else {
                connectionGuard.stop()
                throw Self.noThread
            }
            return (endpoints, EventPublisher(publisher, connectionGuard))
        } catch {
            running.withLock { $0 = nil }
            for socket in opened {
                // Nothing was sent that could be waited for.
                try? socket.set(.linger, to: .zero)
                socket.close()
            }
            doorkeeper?.close()
            context.terminate()
            for hold in holds { hold.clear() }
            throw error
        }
    }

    package func reply(_ bytes: [UInt8], to peer: PeerAddress) {
        running.withLock { $0?.loop }?.send(bytes, to: peer)
    }

    package var exposure: ServiceExposure { running.withLock { $0?.exposure } ?? .local }

    package func report(to listener: @escaping @Sendable (TransportReport) -> Void) {
        self.listener.withLock { $0.function = listener }
    }

    private func doorkeeper(
        for protection: Protection,
        _ context: Context
    ) throws(RpcServiceError) -> Doorkeeper? {
        guard case .curve(let certificate, let folder) = protection else { return nil }
        let listener = listener.withLock { $0 }.function
        return try Self.translating { () throws(ZeroMQError) in
            try Doorkeeper(context, certificate, folder, logger: logger) { listener?($0) }
        }
    }

    package var undeliveredReplies: Int { running.withLock { $0?.loop.undeliveredReplies ?? 0 } }

    package func tick() -> ContinuousClock.Instant? {
        running.withLock { $0?.loop }?.relieve()
    }

    package func stop(flush: Duration) {
        guard let running = running.withLock({ $0.take() }) else { return }
        running.connectionGuard.stop()
        running.loop.stop(linger: flush)
        try? running.publisher.set(.linger, to: flush)
        running.publisher.close()
        running.connectionGuard.close()
        running.doorkeeper?.stop()
        running.context.terminate()
        for hold in running.holds { hold.clear() }
    }

    private static func translating<Value>(
        _ body: () throws(ZeroMQError) -> Value
    ) throws(RpcServiceError) -> Value {
        do {
            return try body()
        } catch {
            throw RpcServiceError(.transport, error.sentence, endpoint: error.endpoint, errno: error.errno)
        }
    }
}
