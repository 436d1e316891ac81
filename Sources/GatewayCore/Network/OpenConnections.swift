import AcquisitionRPC
import Logging
import NIOCore
import Synchronization

/// The open connections of a listener.
final class OpenConnections: Sendable {
    private let maximum: Int
    private let reserve: DescriptorReserve
    private let log: RepeatLogger
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(_ limits: GatewayLimits, logger: Logger) {
        maximum = limits.connections
        reserve = DescriptorReserve(limits.reservedDescriptors)
        log = RepeatLogger(logger)
    }

    /// Takes a connection in, or closes it where there are as many as there may be, or where the process has no descriptor to
    /// spare: without any, SwiftNIO accepts nobody for a second, and the rest of the process fails.
    func add(_ channel: any Channel) -> EventLoopFuture<Void> {
        let id = ObjectIdentifier(channel)
        let peer = { "\(channel.remoteAddress?.words ?? "-")" }
        guard !reserve.isReached else {
            log.warning(
                "A connection was refused: the process has no descriptor to spare; raise its limit of open files (ulimit -n)",
                ["peer": "\(peer())"]
            )
            return refuse(channel, GatewayError(.busy, "The process has no descriptor to spare"))
        }
        let isOneTooMany = channels.withLock { channels in
            guard channels.count < maximum else { return true }
            channels[id] = channel
            return false
        }
        guard !isOneTooMany else {
            log.warning(
                "A connection was refused: there are as many as there may be",
                ["connections": "\(maximum)", "peer": "\(peer())"]
            )
            return refuse(channel, GatewayError(.busy, "There are \(maximum) connections already"))
        }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.channels.withLock { _ = $0.removeValue(forKey: id) }
            self?.log.flush()
        }
        return channel.eventLoop.makeSucceededVoidFuture()
    }

    private func refuse(_ channel: any Channel, _ error: GatewayError) -> EventLoopFuture<Void> {
        channel.close(promise: nil)
        return channel.eventLoop.makeFailedFuture(error)
    }

    /// Closes what is still open, also what nobody got round to serve.
    func closeAll() {
        for channel in channels.withLock({ Array($0.values) }) { channel.close(promise: nil) }
        log.finish()
    }
}
