import CZeroMQ

/// Something that happened to a connection or a listener.
public struct MonitorEvent: Sendable, Hashable {
    /// What happened.
    public let kind: Kind
    /// A number that goes with it: a descriptor, an errno, a delay in milliseconds or a protocol error.
    public let value: Int
    /// The endpoint concerned; empty if there is none.
    public let endpoint: String

    /// What broke the protocol, with ``Kind/handshakeFailedProtocol``.
    public enum ProtocolProblem: Sendable, Hashable {
        /// The two sides do not use the same mechanism of security.
        case mechanism
        /// What came could not be decrypted: the client has another key of the server.
        case cryptography
        /// Something else.
        case other
    }

    /// What broke the protocol, for ``Kind/handshakeFailedProtocol``.
    public var protocolProblem: ProtocolProblem {
        switch Int32(truncatingIfNeeded: value) {
        case ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH: .mechanism
        case ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC: .cryptography
        default: .other
        }
    }

    /// The kinds of event.
    public enum Kind: Sendable, Hashable {
        /// A connection was made; the value is its descriptor. The peers have yet to greet each other.
        case connected
        /// A connection is being made in the background.
        case connectDelayed
        /// Another attempt follows after the value, in milliseconds.
        case connectRetried
        /// The socket listens; the value is the listener's descriptor.
        case listening
        /// The socket could not bind; the value is the errno.
        case bindFailed
        /// A peer's connection was accepted; the value is its descriptor.
        case accepted
        /// A peer's connection could not be accepted; the value is the errno, EMFILE when out of descriptors.
        case acceptFailed
        /// A connection or listener was closed; the value is its descriptor.
        case closed
        /// It could not be closed; the value is the errno.
        case closeFailed
        /// A connection broke; the value is its descriptor.
        case disconnected
        /// Nothing more follows.
        case monitorStopped
        /// The peers agree: messages can flow.
        case handshakeSucceeded
        /// The greeting failed; the value is the errno.
        case handshakeFailedNoDetail
        /// The peer broke the protocol; the value is libzmq's protocol error.
        case handshakeFailedProtocol
        /// The authentication handler refused the peer; the value is its status, such as 400.
        case handshakeFailedAuth
        /// Something that a newer libzmq tells, by its number.
        case unknown(Int)
    }
}

extension MonitorEvent {
    /// The first frame is a 16-bit number and a 32-bit value in this machine's order, the second the endpoint.
    init(frames: [Frame]) {
        let head = frames.first ?? []
        let (number, value) = head.withUnsafeBytes { bytes in
            bytes.count >= 6
                ? (
                    bytes.loadUnaligned(as: UInt16.self),
                    bytes.loadUnaligned(fromByteOffset: 2, as: UInt32.self)
                )
                : (0, 0)
        }
        kind = Kind(number: Int32(number))
        self.value = Int(value)
        endpoint = frames.count > 1 ? String(decoding: frames[1], as: UTF8.self) : ""
    }
}

extension MonitorEvent.Kind {
    init(number: Int32) {
        self =
            switch number {
            case ZMQ_EVENT_CONNECTED: .connected
            case ZMQ_EVENT_CONNECT_DELAYED: .connectDelayed
            case ZMQ_EVENT_CONNECT_RETRIED: .connectRetried
            case ZMQ_EVENT_LISTENING: .listening
            case ZMQ_EVENT_BIND_FAILED: .bindFailed
            case ZMQ_EVENT_ACCEPTED: .accepted
            case ZMQ_EVENT_ACCEPT_FAILED: .acceptFailed
            case ZMQ_EVENT_CLOSED: .closed
            case ZMQ_EVENT_CLOSE_FAILED: .closeFailed
            case ZMQ_EVENT_DISCONNECTED: .disconnected
            case ZMQ_EVENT_MONITOR_STOPPED: .monitorStopped
            case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: .handshakeSucceeded
            case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: .handshakeFailedNoDetail
            case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: .handshakeFailedProtocol
            case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: .handshakeFailedAuth
            default: .unknown(Int(number))
            }
    }
}
