import AcquisitionModel
import AcquisitionRPC
import GatewayCore
import Logging
import NIOCore
import NIOWebSocket

/// One client's connection, from the handshake to its end.
struct LiaisonConnection: Sendable {
    typealias Channel = NIOAsyncChannel<FrameEvent, WebSocketFrame>
    typealias Inbound = NIOAsyncChannelInboundStream<FrameEvent>
    typealias Outbound = NIOAsyncChannelOutboundWriter<WebSocketFrame>

    let server: LiaisonServer
    let peer: LiaisonPeer
    let outbox: ConnectionOutbox
    private let logger: Logger
    private let keepAlive: KeepAliveWatch
    private let slots: Slots
    private let requests = AsyncStream.makeStream(of: LiaisonRequest.self)

    init(_ server: LiaisonServer, _ peer: LiaisonPeer, _ outbox: ConnectionOutbox) {
        self.server = server
        self.peer = peer
        self.outbox = outbox
        slots = Slots(server.options.limits.inFlightPerConnection)
        keepAlive = KeepAliveWatch(interval: server.options.pingInterval, patience: server.options.pingPatience)
        var logger = server.logger
        logger[metadataKey: "peer"] = "\(peer.address)"
        self.logger = logger.safe
    }

    /// Serves it. A call that has begun goes on when its client has gone: what it moves must come to its end.
    func run(_ channel: Channel) async {
        await withTaskGroup { group in
            group.addTask { await work() }
            group.addTask {
                do {
                    try await converse(channel)
                    logger.debug("A client has gone")
                } catch is CancellationError {
                    // The server ends.
                } catch {
                    logger.info("A connection ended", metadata: ["reason": "\(NetworkReason.words(error))"])
                }
                server.peers.remove(peer)
                outbox.finish()
                requests.continuation.finish()
            }
        }
    }

    // MARK: - Frames

    /// Until one of its parts ends.
    private func converse(_ channel: Channel) async throws {
        // Whoever waits for a slot hears nothing else.
        channel.channel.closeFuture.whenComplete { [slots] _ in slots.close() }
        try await channel.executeThenClose { inbound, outbound in
            defer {
                // The server ends while the connection is open: said without waiting for anybody.
                if outbox.state == .open {
                    channel.channel.writeAndFlush(WebSocketFrame.close(.goingAway), promise: nil)
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await read(inbound) }
                group.addTask { try await write(outbound) }
                group.addTask { try await keepAsking() }
                group.addTask {
                    await outbox.overflows()
                    throw GatewayError(.busy, "The client reads too slowly: too much waits to be sent")
                }
                try await group.next()
            }
        }
    }

    /// Asks whether the client lives, and closes where it does not, also where it takes no notice of that.
    private func keepAsking() async throws {
        try await keepAlive.run { outbox.put(.control(.ping())) }
        outbox.put(.close(.unexpectedServerError, "keepalive ping timeout"))
        try await Task.sleep(for: server.options.closePatience.saturated, clock: .continuous)
    }

    private func read(_ inbound: Inbound) async throws {
        var assembler = MessageAssembler(limit: server.options.limits.messageSize, areMasked: true)
        for try await event in inbound {
            // What comes after the end is taken off the wire, so that the other side can read why it is the end.
            guard outbox.state == .open else { continue }
            keepAlive.heard()
            let meaning =
                switch event {
                case .frame(let frame): assembler.take(frame)
                case .broken(let code, let reason): MessageAssembler.Meaning.violation(code, reason)
                }
            switch meaning {
            case .nothing, .pong: break
            case .ping(let data): outbox.put(.control(.pong(data)))
            case .close(let code): outbox.put(.close(code.map { .init(codeNumber: Int($0)) } ?? .normalClosure, ""))
            case .violation(let code, let reason):
                logger.info("A client broke the rules of WebSocket", metadata: ["reason": "\(reason)"])
                outbox.put(.close(code, reason))
            case .message(let bytes): guard await take(bytes) else { return }
            }
        }
    }

    private func write(_ outbound: Outbound) async throws {
        try await outbox.drain { item in
            switch item {
            case .control(let frame): try await outbound.write(frame)
            case .push(let text): try await outbound.write(.text(text))
            case .reply(let text):
                try await outbound.write(.text(text))
                slots.giveBack()
            case .close(let code, let reason): try await outbound.write(.close(code, reason))
            }
        }
        guard outbox.state == .closing else { return }
        // The other side has some time to close in its turn.
        outbound.finish()
        try await Task.sleep(for: server.options.closePatience.saturated, clock: .continuous)
    }

    // MARK: - Requests

    /// Takes a message in, when there are less requests under way than there may be; false at the end.
    private func take(_ message: [UInt8]) async -> Bool {
        let request: LiaisonRequest
        do {
            request = try LiaisonRequest(message, limits: WireLimits(size: server.options.limits.messageSize))
        } catch {
            // No reply (L13): there is nothing in it by which the client would know what is meant.
            logger.info("A message cannot be read", metadata: ["reason": "\(error)"])
            return true
        }
        keepAlive.setDeaf(true)
        let isTaken = await slots.take()
        keepAlive.setDeaf(false)
        if isTaken { requests.continuation.yield(request) }
        return isTaken
    }

    /// Carries requests out, each when the one before has its reply or lets others pass.
    private func work() async {
        await withDiscardingTaskGroup { group in
            for await request in requests.stream where outbox.state == .open && !Task.isCancelled {
                let (passed, pass) = AsyncStream.makeStream(of: Never.self)
                group.addTask {
                    let call = LiaisonCall(peer: peer, among: server.peers) { pass.finish() }
                    let reply = await server.answer(request, in: call)
                    outbox.put(.reply(reply.text))
                    call.didReply()
                    pass.finish()
                }
                for await _ in passed {}
            }
        }
    }
}
