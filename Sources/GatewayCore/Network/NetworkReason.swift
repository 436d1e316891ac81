import AcquisitionRPC
public import NIOCore
import NIOPosix

/// Why something on the network failed, in words for people.
public enum NetworkReason {
    /// The reason without the names of Swift's types around it.
    public static func words(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case let error as NIOConnectionError:
            (error.dnsAError as? AddressError ?? error.dnsAAAAError as? AddressError)?.message
                ?? error.connectionErrors.first.map { words($0.error) } ?? "'\(error.host)' has no address"
        case let error as AddressError: error.message
        case is ChannelError: "the connection was closed"
        default: "\(error)"
        }
    }
}

extension SocketAddress {
    /// `127.0.0.1:8080`, for people; SwiftNIO's own words name the family too.
    public var words: String {
        guard let address, let port else { return "\(self)" }
        return ListenAddress(host: "\(address)", port: port).description
    }
}
