import AcquisitionRPC
import Logging
import NIOCore
import Synchronization

/// The open connections of a listener.
final class OpenConnections: Sendable {
    private let most: Int
    private let logger: Logger
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(most: Int, logger: Logger) {
        self.most = most
        self.logger = logger.safe
    }

    /// Takes a connection in, or closes it where there are as many as there may be.
    func add(_ channel: any Channel) -> EventLoopFuture<Void> {
        let id = ObjectIdentifier(channel)
        let isOneTooMany = channels.withLock { channels in
            guard channels.count < most else { return true }
            channels[id] = channel
            return false
        }
        guard !isOneTooMany else {
            logger.warning(
                "A connection was refused: there are as many as there may be",
                metadata: ["connections": "\(most)", "peer": "\(channel.remoteAddress?.words ?? "-")"]
            )
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(GatewayError(.busy, "There are \(most) connections already"))
        }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.channels.withLock { _ = $0.removeValue(forKey: id) }
        }
        return channel.eventLoop.makeSucceededVoidFuture()
    }

    /// Closes what is still open, also what nobody got round to serve.
    func closeAll() {
        for channel in channels.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }
}
