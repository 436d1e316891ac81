import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Logging
import Synchronization
import Testing
import ZeroMQ

/// A running service on free ports, and raw ZeroMQ sockets that talk to it.
final class Bench: Sendable {
    let service: any RpcService
    private let context: Context
    private let sockets = Mutex<[Socket]>([])

    /// A service that runs.
    init(_ dialect: Dialect = .current, _ change: (inout RpcOptions) -> Void = { _ in }) throws {
        service = try Self.service(dialect, change)
        context = try Context()
        try service.start()
    }

    /// A service that does not run yet, and keeps its log to itself.
    static func service(
        _ dialect: Dialect = .current,
        _ change: (inout RpcOptions) -> Void = { _ in }
    ) throws -> any RpcService {
        var options = RpcOptions(heartbeatInterval: .seconds(3600), subscriberPort: 0, commandPort: 0)
        options.dialect = dialect
        change(&options)
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try #require(createApiService(ApiOptions(rpc: options), logger: silent))
    }

    /// A raw socket that is not connected yet.
    func socket(_ kind: SocketKind) throws -> Socket {
        let socket = try context.socket(kind)
        try socket.set(.linger, to: .zero)
        sockets.withLock { $0.append(socket) }
        return socket
    }

    /// A raw socket that is connected to the command port.
    func commands(_ kind: SocketKind, _ change: (Socket) throws -> Void = { _ in }) throws -> RawPeer {
        let socket = try socket(kind)
        try change(socket)
        try socket.connect(try #require(service.endpoints?.command.first))
        return RawPeer(socket)
    }

    /// A raw SUB socket that certainly hears: the service has taken its subscriptions.
    func subscriber(_ prefixes: [[UInt8]] = [[]]) async throws -> RawSubscriber {
        let socket = try socket(.sub)
        for prefix in prefixes { try socket.subscribe(prefix) }
        try socket.connect(try #require(service.endpoints?.subscriber.first))
        let subscriber = RawSubscriber(RawPeer(socket), service)
        try await subscriber.settle()
        return subscriber
    }

    /// A client of this package.
    func client(_ options: ClientOptions = ClientOptions(timeout: .seconds(20))) throws -> RpcClient {
        let endpoints = try #require(service.endpoints)
        return try createApiClient(
            command: try #require(endpoints.command.first),
            subscriber: try #require(endpoints.subscriber.first),
            options: options
        )
    }

    /// Stops the service and closes every raw socket.
    func close() async {
        await service.stop()
        for socket in sockets.withLock({ $0 }) { socket.close() }
        await onThread { [context] in context.terminate() }
    }
}

/// Runs what blocks on a thread of its own: the pool that runs tests has few.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        if !Worker.start("test", { continuation.resume(returning: body()) }) {
            preconditionFailure("the system has no thread to give")
        }
    }
}

/// Runs what blocks and may fail on a thread of its own.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await onThread { Result(catching: body) }.get()
}
