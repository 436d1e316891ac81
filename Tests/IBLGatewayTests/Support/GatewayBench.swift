import AcquisitionRPC
import GatewayCore
import IBLGateway
import Logging
import Synchronization
import TestSupport

/// An acquisition process in this process, and the gateway in front of it.
final class GatewayBench: Sendable {
    let service: TransportRpcService
    private let client: RpcClient
    private let given = Mutex<[ApiCommandRequest]>([])

    /// - Parameter delegate: answers commands.
    init(
        _ dialect: Dialect = .current,
        heartbeatInterval: Duration = .milliseconds(50),
        delegate: @escaping CommandRequestDelegate = { request in
            request.command == .getStatus ? .success(["applicationMode": 0, "extra": "x"]) : .success(["done": true])
        }
    ) throws {
        let transport = InProcessTransport()
        var options = RpcOptions(heartbeatInterval: heartbeatInterval)
        options.dialect = dialect
        service = TransportRpcService(options: options, transport: transport, logger: quiet)
        client = try RpcClient(transport: transport.connect())
        service.setDelegate { [weak self] request in
            if request.command != .getStatus { self?.given.withLock { $0.append(request) } }
            return try await delegate(request)
        }
        try service.start()
    }

    /// The commands that were given, but those that ask for the status.
    var commands: [ApiCommandRequest] { given.withLock { $0 } }

    /// Runs the gateway while `body` does, which is given its address.
    ///
    /// - Parameters:
    ///   - isWaiting: whether the process is waited for first: the dialect is in the first heartbeat.
    ///   - isPatient: whether a busy machine may take its time.
    ///   - logger: of the gateway.
    func run(
        _ settings: IBLGatewaySettings = IBLGatewaySettings(),
        isWaiting: Bool = true,
        isPatient: Bool = true,
        logger: Logger = quiet,
        _ body: @escaping @Sendable (RigURI) async throws -> Void
    ) async throws {
        if isWaiting { for await state in client.liveness() where state == .online { break } }
        var settings = settings
        settings.gateway.listen.port = 0
        if isPatient { settings.conversation = .patient }
        let gateway = IBLGateway(settings: settings, client: client, logger: logger)
        let (addresses, address) = AsyncStream.makeStream(of: ListenAddress.self)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await gateway.run { address.yield($0) }
                return false
            }
            group.addTask { [transport = settings.transport] in
                for await address in addresses {
                    try await body(RigURI(transport, host: address.host, port: address.port))
                    break
                }
                return true
            }
            while let isDone = try await group.next(), !isDone {}
            group.cancelAll()
        }
        await service.stop()
        client.close()
    }
}

extension Communicator {
    /// Sends a message and waits for what the rig says to it.
    func ask(_ message: RigMessage) async throws -> RigMessage {
        let answer = expect([message.event, .error])
        try await send(message)
        return try await answer.value(within: .seconds(10)).message
    }
}
