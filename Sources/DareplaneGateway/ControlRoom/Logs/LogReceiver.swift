import AcquisitionModel
import GatewayCore
import Logging
import NIOCore
import NIOPosix

/// Takes the log records of modules: those of Python send theirs to 127.0.0.1:9020 and nowhere else
/// (`protocol/dareplane.md`, D18).
struct LogReceiver: Sendable {
    let address: ListenAddress
    let group: MultiThreadedEventLoopGroup
    let logger: Logger

    private static let limits = GatewayLimits()

    /// Listens until the task is cancelled. Where it cannot, since another control room is there for instance, it says
    /// so and does nothing: the modules run without it.
    ///
    /// - Parameters:
    ///   - onListening: called when it listens.
    ///   - onReady: called when it listens, or will not.
    ///   - onRecord: called with every record.
    func run(
        onListening: @Sendable () -> Void = {},
        onReady: @Sendable () -> Void,
        onRecord: @escaping @Sendable (LogRecord) -> Void
    ) async {
        defer { onReady() }
        do {
            let listener = try await TCPListener.bind(address, limits: Self.limits, group: group, logger: logger)
            onListening()
            onReady()
            try await listener.serve { channel in
                try NIOAsyncChannel<ByteBuffer, Never>(wrappingChannelSynchronously: channel)
            } handle: { connection in
                try await connection.executeThenClose { inbound in try await take(inbound, onRecord) }
            }
        } catch is CancellationError {
            // The control room ends.
        } catch {
            logger.warning(
                "The log records of modules are not taken",
                metadata: ["address": "\(address)", "reason": "\(error)"]
            )
        }
    }

    private func take(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ onRecord: @Sendable (LogRecord) -> Void
    ) async throws {
        var splitter = LogRecordSplitter(limit: Self.limits.messageSize)
        for try await buffer in inbound {
            for bytes in try splitter.records(in: buffer.readableBytesView) {
                do {
                    onRecord(try LogRecord(json: JSONReader.read(bytes, tolerance: .oldReleases)))
                } catch {
                    logger.warning("A log record cannot be read", metadata: ["reason": "\(error)"])
                }
            }
        }
    }
}
