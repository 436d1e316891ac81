import GatewayCore
import Logging
import NIOCore
import NIOPosix

extension Communicator {
    private typealias Datagram = AddressedEnvelope<ByteBuffer>

    /// Sends and receives datagrams until the task is cancelled.
    ///
    /// A client's socket is not connected, so that a peer which does not listen yet is a message without an echo and no
    /// error of the socket; what others send to it is left out (`protocol/iblutil.md`, I18).
    func exchangeDatagrams(_ onListening: @escaping @Sendable (RigURI) -> Void) async throws {
        let remote = role == .client ? try await resolved() : nil
        let local = remote.map(Self.localAddress) ?? uri.address
        let channel: NIOAsyncChannel<Datagram, Never>
        do {
            channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 1 << 16))
                .bind(host: local.host, port: local.checkedPort) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<Datagram, Never>(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw GatewayError(.cannotListen, "Cannot listen on \(local): \(NetworkReason.words(error))")
        }
        let socket = channel.channel
        let open: @Sendable (SocketAddress) -> Lane = { [self] address in
            lane { bytes in
                // What does not fit is lost, as the network loses datagrams.
                if socket.isWritable {
                    let datagram = Datagram(remoteAddress: address, data: ByteBuffer(bytes: bytes))
                    socket.writeAndFlush(datagram, promise: nil)
                }
                return true
            }
        }
        try await channel.executeThenClose { inbound in
            var address = RigURI(.udp, host: local.host, port: socket.localAddress?.port ?? local.port)
            if let remote {
                address = RigURI(from: remote)
                switchboard.add(open(remote), for: address)
                begin(server: address)
            } else {
                begin(server: nil) { peer in
                    (try? SocketAddress(ipAddress: peer.address.host, port: peer.address.checkedPort)).map(open)
                }
            }
            onListening(address)
            for try await datagram in inbound { receive(datagram, open) }
        }
    }

    private func receive(_ datagram: Datagram, _ open: (SocketAddress) -> Lane) {
        let peer = RigURI(from: datagram.remoteAddress)
        let bytes = Array(datagram.data.readableBytesView)
        guard !bytes.isEmpty else { return }
        if switchboard.change(peer, { $0.received(bytes, now: .now) }) { return }
        guard role == .server, switchboard.add(open(datagram.remoteAddress), for: peer) else {
            let reason = role == .server ? "there are as many peers as there may be" : "it is not from the peer"
            logger.warning("A message was left out", metadata: ["peer": "\(peer)", "reason": "\(reason)"])
            return
        }
        switchboard.change(peer) { $0.received(bytes, now: .now) }
    }

    /// The peer of a client, looked up.
    private func resolved() async throws -> SocketAddress {
        do {
            return try await NIOThreadPool.singleton.runIfActive { [address = uri.address] in
                try SocketAddress.makeAddressResolvingHost(address.host, port: address.checkedPort)
            }
        } catch {
            throw GatewayError(.cannotConnect, "Cannot find \(uri.address.host): \(NetworkReason.words(error))")
        }
    }

    /// Where a client's own socket is: on loopback where its peer is there.
    private static func localAddress(for remote: SocketAddress) -> ListenAddress {
        let host = remote.ipAddress ?? ""
        if ListenAddress(host: host, port: 0).isLoopback { return ListenAddress(host: host, port: 0) }
        return ListenAddress(host: remote.protocol == .inet6 ? "::" : "0.0.0.0", port: 0)
    }
}

extension RigURI {
    /// The place from which a datagram came.
    fileprivate init(from address: SocketAddress) {
        self.init(.udp, host: address.ipAddress ?? "", port: address.port ?? 0)
    }
}
