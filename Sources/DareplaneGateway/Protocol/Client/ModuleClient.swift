import AcquisitionRPC
public import GatewayCore
public import Logging
import NIOCore
public import NIOPosix

/// Connects to modules, as a control room does.
///
/// ```swift
/// let client = ModuleClient(ListenAddress(port: 8080), logger: logger)
/// try await client.withConnection { module in
///     print(try await module.commands())
///     try await module.send(PCOMM("START", ["block": 3]))
///     for await case .callback(let callback) in module.messages { print(callback) }
/// }
/// ```
public struct ModuleClient: Sendable {
    /// Where the module is.
    public let address: ListenAddress
    private let settings: ModuleClientSettings
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger

    /// A client of the module at `address`.
    public init(
        _ address: ListenAddress,
        settings: ModuleClientSettings = ModuleClientSettings(),
        group: MultiThreadedEventLoopGroup = .singleton,
        logger: Logger
    ) {
        self.address = address
        self.settings = settings
        self.group = group
        self.logger = logger.safe
    }

    /// Connects, waits for the module's greeting, and calls `body` with the connection, which is closed when `body` ends.
    /// A connection that is lost ends `body` by no means: its messages end, and sending fails.
    ///
    /// - Throws: `GatewayError` of the code `cannotConnect` after the last try, and what `body` throws.
    public func withConnection<Result: Sendable>(
        _ body: (ModuleConnection) async throws -> Result
    ) async throws -> Result {
        let channel = try await connected()
        return try await channel.executeThenClose { inbound, outbound in
            let connection = ModuleConnection(address, outbound, settings, logger)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await connection.listen(inbound) }
                defer { group.cancelAll() }
                try await connection.greeted()
                return try await body(connection)
            }
        }
    }

    private typealias Channel = NIOAsyncChannel<ModuleInbox.Element, ModuleRequest>

    private func connected() async throws -> Channel {
        var reason = ""
        for attempt in 1...max(1, settings.tries) {
            if attempt > 1 { try await Task.sleep(for: settings.retryAfter.saturated) }
            do {
                return try await connect()
            } catch {
                try Task.checkCancellation()
                reason = NetworkReason.words(error)
                logger.debug(
                    "A module cannot be reached",
                    metadata: ["module": "\(address)", "try": "\(attempt)", "reason": "\(reason)"]
                )
            }
        }
        throw GatewayError(.cannotConnect, "Cannot connect to the module at \(address): \(reason)")
    }

    private func connect() async throws -> Channel {
        let eventLoop = group.next()
        return try await ClientBootstrap(group: eventLoop)
            .resolver(SharedResolver(eventLoop))
            .connectTimeout(.seconds(5))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .connect(host: address.host, port: address.checkedPort) { [settings] channel in
                channel.eventLoop.makeCompletedFuture {
                    var inbox = ModuleInbox(sizeLimit: settings.limits.messageSize)
                    inbox.modules = settings.modules
                    try channel.pipeline.syncOperations.addHandler(
                        ModuleInboxHandler(inbox, terminator: settings.gapWithoutSemicolon == nil ? ";" : "")
                    )
                    return try Channel(wrappingChannelSynchronously: channel)
                }
            }
    }
}
