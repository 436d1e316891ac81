import GatewayCore
import IBLGateway
import NIOCore
import NIOPosix

/// A socket through which a test says any bytes to a rig, and echoes nothing by itself.
struct RawDatagrams: Sendable {
    private let channel: NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>
    private let server: SocketAddress

    init(to uri: RigURI) async throws {
        server = try SocketAddress(ipAddress: uri.address.host, port: uri.address.port)
        channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
            }
    }

    /// What a test does with an open socket.
    struct Open {
        fileprivate var inbound: NIOAsyncChannelInboundStream<AddressedEnvelope<ByteBuffer>>.AsyncIterator
        fileprivate let outbound: NIOAsyncChannelOutboundWriter<AddressedEnvelope<ByteBuffer>>
        fileprivate let server: SocketAddress

        func send(_ text: String) async throws {
            try await outbound.write(AddressedEnvelope(remoteAddress: server, data: ByteBuffer(string: text)))
        }

        /// The next datagram.
        mutating func next() async throws -> String {
            guard let datagram = try await inbound.next() else { throw GatewayError(.closed, "The socket is closed") }
            return String(buffer: datagram.data)
        }
    }

    /// Closes the socket after `body`.
    func whileOpen(_ body: (inout Open) async throws -> Void) async throws {
        try await channel.executeThenClose { inbound, outbound in
            var open = Open(inbound: inbound.makeAsyncIterator(), outbound: outbound, server: server)
            try await body(&open)
        }
    }
}
