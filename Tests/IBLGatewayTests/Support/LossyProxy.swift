import GatewayCore
import IBLGateway
import NIOCore
import NIOPosix
import TestSupport

/// A bad network for datagrams between one client and a server: loses, copies and reorders them, as the seed says.
struct LossyProxy: Sendable {
    private typealias Datagram = AddressedEnvelope<ByteBuffer>
    private typealias Socket = NIOAsyncChannel<Datagram, Datagram>

    let server: RigURI
    let seed: UInt64
    /// Of a hundred datagrams, how many are lost, come twice, or change places with the next one.
    let lost: Int
    let copied: Int
    let swapped: Int

    init(server: RigURI, seed: UInt64, lost: Int = 10, copied: Int = 10, swapped: Int = 10) {
        self.server = server
        self.seed = seed
        self.lost = lost
        self.copied = copied
        self.swapped = swapped
    }

    /// Runs while `body` does, which is given the address for the client.
    func whileRunning(_ body: @escaping @Sendable (RigURI) async throws -> Void) async throws {
        let target = try SocketAddress(ipAddress: server.address.host, port: server.address.port)
        let (front, back) = (try await Self.socket(), try await Self.socket())
        try await front.executeThenClose { fromClient, toClient in
            try await back.executeThenClose { fromServer, toServer in
                let (clients, client) = AsyncStream.makeStream(of: SocketAddress.self)
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    group.addTask {
                        try await pass(fromClient, seed) { datagram in
                            client.yield(datagram.remoteAddress)
                            try await toServer.write(Datagram(remoteAddress: target, data: datagram.data))
                        }
                        return false
                    }
                    group.addTask {
                        var client = clients.makeAsyncIterator()
                        guard let address = await client.next() else { return false }
                        try await pass(fromServer, seed &+ 1) { datagram in
                            try await toClient.write(Datagram(remoteAddress: address, data: datagram.data))
                        }
                        return false
                    }
                    group.addTask {
                        try await body(RigURI(.udp, port: front.channel.localAddress?.port ?? 0))
                        return true
                    }
                    while let isDone = try await group.next(), !isDone {}
                    group.cancelAll()
                }
            }
        }
    }

    private func pass(
        _ datagrams: NIOAsyncChannelInboundStream<Datagram>,
        _ seed: UInt64,
        _ send: (Datagram) async throws -> Void
    ) async throws {
        var random = SeededGenerator(seed: seed)
        var held: Datagram?
        for try await datagram in datagrams {
            switch Int.random(in: 0..<100, using: &random) {
            case ..<lost: continue
            case ..<(lost + copied):
                try await send(datagram)
                try await send(datagram)
            case ..<(lost + copied + swapped) where held == nil:
                held = datagram
                continue
            default: try await send(datagram)
            }
            if let late = held { try await send(late) }
            held = nil
        }
    }

    private static func socket() async throws -> Socket {
        try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 1 << 16))
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try Socket(wrappingChannelSynchronously: channel) }
            }
    }
}
