import AcquisitionRPC
import Logging
import ZeroMQ

/// Lets in whose key lies in the folder, and says who is who. On a thread of its own.
final class Doorkeeper: Sendable {
    /// Reports who is not let in, and whether the keys can be looked up.
    typealias Report = @Sendable (TransportReport) -> Void

    private static let domain = "acquisition-rpc"

    private let certificate: Certificate
    private let registry: ClientRegistry
    private let handler: AuthenticationHandler
    private let report: Report

    /// A doorkeeper, to be made before the sockets that it keeps.
    init(
        _ context: Context,
        _ certificate: Certificate,
        _ folder: KeyFolder,
        logger: Logger,
        report: @escaping Report
    ) throws(ZeroMQError) {
        self.certificate = certificate
        self.report = report
        let registry = ClientRegistry(folder, logger: logger, report: report)
        self.registry = registry
        handler = try AuthenticationHandler(context, domains: [Self.domain]) { request in
            // The name is the key itself: who has it, and in which role, is looked up for each command.
            let isAdmitted = registry.admits(request.key)
            if isAdmitted == true { return .accepted(as: request.key.z85) }
            let reason =
                isAdmitted == nil ? "The service cannot look up keys at present" : "The key is not authorised"
            report(
                .refused(
                    RefusedHandshake(address: PeerName.plain(request.address), key: request.key.z85, reason: reason)
                )
            )
            return .refused(reason)
        }
        registry.prepare()
    }

    /// Makes sockets that are not bound yet ask for keys, and begins to answer. What happens at the doors of `watched`
    /// is seen here; whoever monitors the others tells ``heard(_:)``.
    func begin(keeping sockets: [Socket], watching watched: [Socket]) throws(RpcServiceError) {
        do {
            for socket in sockets { try keep(socket) }
            let monitors = try watched.map { socket throws(ZeroMQError) in try SocketMonitor(socket) }
            if start(watching: monitors) { return }
        } catch {
            throw RpcServiceError(.transport, "\(error)", errno: error.errno)
        }
        throw RpcServiceError(.transport, "The system has no thread for the service's doorkeeper")
    }

    private func keep(_ socket: Socket) throws(ZeroMQError) {
        guard let secretKey = certificate.secretKey else { throw ZeroMQError(.invalidArgument, operation: "set keys") }
        try socket.set(.curveServer, to: true)
        try socket.set(.curveSecretKey, to: secretKey)
        try socket.set(.zapDomain, to: Self.domain)
        try socket.set(.zapEnforceDomain, to: true)
    }

    private func start(watching monitors: [SocketMonitor]) -> Bool {
        Worker.start("rpc-door") { [self] in
            handler.run(watching: monitors) { heard($0) }
            for monitor in monitors { monitor.close() }
        }
    }

    /// Something happened at the door of a socket. From any thread.
    func heard(_ event: MonitorEvent) {
        if let refusal = RefusedHandshake(event) { report(.refused(refusal)) }
    }

    /// Ends; to be called when the sockets are closed.
    func stop() {
        handler.stop()
        registry.close()
    }

    /// Ends, also a doorkeeper that never began.
    func close() {
        handler.close()
        registry.close()
    }

    /// Who sent a message, and what that peer may do now.
    func sender(_ metadata: Message.Metadata) -> CommandSender {
        // Without a name nobody may do anything.
        guard let text = metadata.userID, let key = CurveKey(z85: text) else {
            return CommandSender(role: nil, address: metadata.peerAddress.map(PeerName.plain))
        }
        var sender = CommandSender(key: text, role: nil, address: metadata.peerAddress.map(PeerName.plain))
        switch registry.standing(of: key) {
        case .client(let client): (sender.user, sender.role) = (client.user, client.role)
        case .expired(let user): (sender.user, sender.isUnverified) = (user, true)
        case .nobody: break
        }
        return sender
    }
}

extension RefusedHandshake {
    /// A handshake that failed before anybody was asked; nil for other events.
    fileprivate init?(_ event: MonitorEvent) {
        switch event.kind {
        case .handshakeFailedProtocol:
            switch event.protocolProblem {
            case .mechanism: self.init(reason: "The client came without CURVE")
            case .cryptography: self.init(reason: "The client does not have the service's public key")
            case .other: self.init(reason: "The client does not speak ZeroMQ's protocol")
            }
        case .handshakeFailedNoDetail: self.init(reason: "The client left during the handshake")
        default: return nil
        }
    }
}
