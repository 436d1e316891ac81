import AcquisitionModel
import AcquisitionRPC
import GatewayCore
import Logging
import NIOCore
import NIOWebSocket

/// One connection of a client.
struct ClientConnection: Sendable {
    private let client: LiaisonClient
    private let channel: NIOAsyncChannel<FrameEvent, WebSocketFrame>
    private let options: LiaisonClient.Options
    private let logger: Logger
    private let outbox: ConnectionOutbox
    private let keepAlive: KeepAliveWatch

    init(
        _ client: LiaisonClient,
        _ channel: NIOAsyncChannel<FrameEvent, WebSocketFrame>,
        _ options: LiaisonClient.Options,
        _ logger: Logger
    ) {
        self.client = client
        self.channel = channel
        self.options = options
        self.logger = logger.safe
        outbox = ConnectionOutbox(items: options.mostRequests + 16, bytes: .max)
        keepAlive = KeepAliveWatch(interval: options.pingInterval, patience: options.pingInterval)
    }

    /// Until it ends.
    func run() async throws {
        try await channel.executeThenClose { inbound, outbound in
            client.connected(outbox)
            defer {
                client.disconnected()
                if outbox.state == .open {
                    channel.channel.writeAndFlush(WebSocketFrame.close(.normalClosure, mask: .random()), promise: nil)
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await read(inbound) }
                group.addTask { try await write(outbound) }
                group.addTask {
                    try await keepAlive.run { outbox.put(.control(.ping(mask: .random()))) }
                    throw GatewayError(.noAnswer, "the server does not answer")
                }
                try await group.next()
            }
        }
    }

    private func read(_ inbound: NIOAsyncChannelInboundStream<FrameEvent>) async throws {
        var assembler = MessageAssembler(limit: options.messageSize, areMasked: false)
        for try await event in inbound {
            keepAlive.heard()
            let meaning =
                switch event {
                case .frame(let frame): assembler.take(frame)
                case .broken(let code, let reason): MessageAssembler.Meaning.violation(code, reason)
                }
            switch meaning {
            case .nothing, .pong: break
            case .ping(let data): outbox.put(.control(.pong(data, mask: .random())))
            case .close: outbox.put(.close(.normalClosure, ""))
            case .violation(let code, let reason):
                logger.warning("The server broke the rules of WebSocket", metadata: ["reason": "\(reason)"])
                outbox.put(.close(code, reason))
            case .message(let bytes):
                do {
                    let limits = WireLimits(size: options.messageSize)
                    client.received(try JSONReader.read(bytes, limits: limits, tolerance: .oldReleases))
                } catch {
                    // A text that the server pushes need not be JSON.
                    client.received(.string(String(decoding: bytes, as: UTF8.self)))
                }
            }
        }
    }

    private func write(_ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>) async throws {
        try await outbox.drain { item in
            switch item {
            case .control(let frame): try await outbound.write(frame)
            case .push(let text), .reply(let text): try await outbound.write(.text(text, mask: .random()))
            case .close(let code, let reason): try await outbound.write(.close(code, reason, mask: .random()))
            }
        }
        // The server closes the connection; it should not be waited for without end.
        try await Task.sleep(for: .seconds(2), clock: .continuous)
    }
}
