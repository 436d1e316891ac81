import AcquisitionRPC
package import NIOCore
import NIOPosix

/// Looks names up for SwiftNIO as everything else here does: anew for each attempt to connect, in both families, on threads of
/// its own, within a time, and with one sentence for a name that does not resolve.
package struct SharedResolver: Resolver, Sendable {
    private let eventLoop: any EventLoop

    /// A resolver whose answers come on `eventLoop`.
    package init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// The IPv4 addresses.
    package func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        query(host, port) { !$0.isIPv6 }
    }

    /// The IPv6 addresses.
    package func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        query(host, port) { $0.isIPv6 }
    }

    /// Does nothing: the answers end the queries.
    package func cancelQueries() {}

    private func query(
        _ host: String,
        _ port: Int,
        _ isWanted: @escaping @Sendable (IPAddress) -> Bool
    ) -> EventLoopFuture<[SocketAddress]> {
        eventLoop.makeFutureWithTask {
            try await HostResolver.shared.addresses(of: host).filter(isWanted).map { try SocketAddress($0, port: port) }
        }
    }
}

extension SocketAddress {
    /// An address with a port.
    package init(_ address: IPAddress, port: Int) throws {
        try self.init(ipAddress: address.description, port: port)
    }

    /// The address without its port; nil for one that is not IP.
    package var address: IPAddress? { withSockAddr { address, _ in IPAddress(address) } }
}
