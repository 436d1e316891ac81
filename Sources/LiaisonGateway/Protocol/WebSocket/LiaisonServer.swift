public import AcquisitionModel
import AcquisitionRPC
public import GatewayCore
public import Logging
public import NIOCore
public import NIOPosix

/// A Liaison backend: a WebSocket server through which clients call what a ``LiaisonCompanion`` offers.
///
/// ```swift
/// let server = LiaisonServer(companion: companion, logger: logger)
/// try await server.run { print(LiaisonMarkers.started($0), terminator: "") }
/// ```
///
/// Requests of one client are carried out, and answered, one after another in their order (`protocol/liaison.md`, L10),
/// except that a function may let later ones pass (``LiaisonCall/letOthersPass()``). Nobody waits for another client, and
/// clients come and go without each other's notice.
public final class LiaisonServer: Sendable {
    /// How a server behaves.
    public struct Options: Sendable, Hashable {
        /// Where it listens.
        public var listen: ListenAddress
        /// What clients may cost. Of requests, one more is not read before one has its reply.
        public var limits: GatewayLimits
        /// Who may connect.
        public var admission: LiaisonAdmission
        /// How often a client is asked whether it lives.
        public var pingInterval: Duration = .seconds(20)
        /// How long it may take to answer.
        public var pingPatience: Duration = .seconds(20)
        /// How long the handshake may take.
        public var handshakePatience: Duration = .seconds(10)
        /// How long the other side may take to close after this one has.
        public var closePatience: Duration = .seconds(2)

        /// As the Python package is, on loopback (L5): messages of at most 1 MiB, a ping each 20 s.
        public init(
            listen: ListenAddress = ListenAddress(port: 8001),
            limits: GatewayLimits = GatewayLimits(),
            admission: LiaisonAdmission = LiaisonAdmission()
        ) {
            self.listen = listen
            self.limits = limits
            self.admission = admission
        }
    }

    /// What clients can reach.
    public let companion: LiaisonCompanion
    let options: Options
    let logger: Logger
    let peers = LiaisonPeers()
    private let group: any EventLoopGroup
    /// Calls may outlive their connections, so that these alone do not limit them.
    private let inFlight: InFlight

    /// A server.
    public init(
        companion: LiaisonCompanion,
        options: Options = Options(),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger
    ) {
        self.companion = companion
        self.options = options
        self.group = group
        self.logger = logger.safe
        inFlight = InFlight(most: options.limits.inFlight)
    }

    /// Binds, serves until the task is cancelled, and closes everything.
    ///
    /// - Parameter onListening: called once, with the real port.
    /// - Throws: `GatewayError` of the code `cannotListen`.
    public func run(onListening: @Sendable (ListenAddress) -> Void = { _ in }) async throws {
        let (options, group) = (options, group)
        let listener = try await TCPListener.bind(options.listen, limits: options.limits, group: group, logger: logger)
        let address = listener.address
        onListening(address)
        do {
            try await listener.serve { channel in
                let upgrade = try ServerUpgrade.prepare(
                    channel,
                    admission: options.admission,
                    listening: address,
                    messageSize: options.limits.messageSize,
                    patience: TimeAmount(options.handshakePatience.saturated)
                )
                return (channel, upgrade)
            } handle: { channel, upgrade in
                try await self.serve(channel, upgrade)
            }
        } catch is CancellationError {
            // That is how a server ends.
        }
    }

    private func serve(_ channel: any Channel, _ upgrade: EventLoopFuture<ServerUpgrade>) async throws {
        let upgraded = try await withTaskCancellationHandler {
            try await upgrade.get()
        } onCancel: {
            channel.close(promise: nil)
        }
        let from = channel.remoteAddress?.words ?? "-"
        switch upgraded {
        case .refused(let plain, let refusal):
            logger.warning("A client was refused", metadata: ["peer": "\(from)", "reason": "\(refusal.reason)"])
            try await ServerUpgrade.answer(plain, refusal)
        case .webSocket(let webSocket):
            let limits = options.limits
            let outbox = ConnectionOutbox(
                items: max(limits.queuedPerConnection, limits.inFlightPerConnection + 16),
                bytes: 4 * limits.messageSize
            )
            let peer = peers.add(at: from, outbox: outbox)
            await LiaisonConnection(self, peer, outbox).run(webSocket)
        }
    }

    /// Carries a request out, if not too much is under way.
    func answer(_ request: LiaisonRequest, in call: LiaisonCall) async -> LiaisonReply {
        guard inFlight.begin() else {
            return LiaisonReply(.error(LiaisonError("RuntimeError", "Too many calls are under way").lines), to: request)
        }
        defer { inFlight.end() }
        return await companion.answer(request, in: call)
    }

    // MARK: - Pushes

    /// The clients that are connected, in the order in which they came.
    public var clients: [LiaisonPeer] { peers.all }

    /// Sends a message to all clients, as ``LiaisonPeer/push(_:)`` does to one. The Python package sends to the one that came
    /// last: `clients.last?.push(…)`.
    public func push(_ message: JSONValue) {
        for peer in peers.all { peer.push(message) }
    }
}
