import AcquisitionRPC
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
        let (sockets, port) = try await bound(local)
        try await withThrowingTaskGroup(of: Void.self) { group in
            var address = RigURI(.udp, host: local.host, port: port)
            if let remote, let socket = sockets.first {
                address = RigURI(from: remote)
                switchboard.add(lane(to: remote, from: socket.channel), for: address)
                begin(server: address)
            } else {
                begin(server: nil) { [self] peer in
                    guard let remote = try? SocketAddress(ipAddress: peer.address.host, port: peer.address.checkedPort)
                    else { return nil }
                    let socket = sockets.first { $0.channel.localAddress?.protocol == remote.protocol }
                    return socket.map { lane(to: remote, from: $0.channel) }
                }
            }
            onListening(address)
            for socket in sockets {
                group.addTask { [self] in
                    try await socket.executeThenClose { inbound in
                        try await socket.channel.setOption(.autoRead, value: true).get()
                        for try await datagram in inbound { receive(datagram, socket.channel) }
                    }
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// The sockets, one for each address of this machine that `local` stands for, and their port.
    private func bound(_ local: ListenAddress) async throws -> (sockets: [NIOAsyncChannel<Datagram, Never>], port: Int)
    {
        let bootstrap = DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 1 << 16))
            .channelOption(.autoRead, value: false)
        var channels: [NIOAsyncChannel<Datagram, Never>] = []
        do {
            let (sockets, port) = try await ListeningSockets.open(local, .datagram, logger: logger)
            for (index, socket) in sockets.enumerated() {
                do {
                    // SwiftNIO's asynchronous form of this always fails. Nothing is read before there is somebody to take it.
                    let channel = try await bootstrap.withBoundSocket(socket).flatMapThrowing { channel in
                        try NIOAsyncChannel<Datagram, Never>(wrappingChannelSynchronously: channel)
                    }.get()
                    channels.append(channel)
                } catch {
                    ListeningSockets.close(sockets[(index + 1)...])
                    throw error
                }
            }
            return (channels, port)
        } catch {
            for channel in channels { channel.channel.close(promise: nil) }
            throw GatewayError(.cannotListen, "Cannot listen on \(local): \(NetworkReason.words(error))")
        }
    }

    /// A lane to a peer that is reached from this socket.
    private func lane(to address: SocketAddress, from socket: any Channel) -> Lane {
        lane { bytes in
            // What does not fit is lost, as the network loses datagrams.
            if socket.isWritable {
                let datagram = Datagram(remoteAddress: address, data: ByteBuffer(bytes: bytes))
                socket.writeAndFlush(datagram, promise: nil)
            }
            return true
        }
    }

    private func receive(_ datagram: Datagram, _ socket: any Channel) {
        let peer = RigURI(from: datagram.remoteAddress)
        let bytes = Array(datagram.data.readableBytesView)
        guard !bytes.isEmpty else { return }
        if switchboard.change(peer, { $0.received(bytes, now: .now) }) { return }
        guard role == .server, switchboard.add(lane(to: datagram.remoteAddress, from: socket), for: peer) else {
            let reason = role == .server ? "there are as many peers as there may be" : "it is not from the peer"
            logger.warning("A message was left out", metadata: ["peer": "\(peer)", "reason": "\(reason)"])
            return
        }
        switchboard.change(peer) { $0.received(bytes, now: .now) }
    }

    /// The peer of a client, looked up. The original knows IPv4 alone, so that of several addresses one of these comes first:
    /// a datagram does not tell whether anybody listens.
    private func resolved() async throws -> SocketAddress {
        do {
            let found = try await HostResolver.shared.addresses(of: uri.address.host)
            guard let address = found.first(where: { !$0.isIPv6 }) ?? found.first else {
                throw AddressError.unknown(uri.address.host, "it has no address")
            }
            return try SocketAddress(address, port: uri.address.checkedPort)
        } catch {
            throw GatewayError(.cannotConnect, "Cannot connect to \(uri): \(NetworkReason.words(error))")
        }
    }

    /// Where a client's own socket is: on loopback where its peer is there.
    private static func localAddress(for remote: SocketAddress) -> ListenAddress {
        let isLoopback = remote.address?.isLoopback == true
        let isIPv6 = remote.protocol == .inet6
        if isLoopback {
            return ListenAddress(host: isIPv6 ? "::1" : remote.address?.description ?? "127.0.0.1", port: 0)
        }
        return ListenAddress(host: isIPv6 ? "::" : "0.0.0.0", port: 0)
    }
}

extension RigURI {
    /// The place from which a datagram came.
    fileprivate init(from address: SocketAddress) {
        self.init(.udp, host: address.address?.description ?? "", port: address.port ?? 0)
    }
}
