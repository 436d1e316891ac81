import CZeroMQ

extension Message {
    /// What libzmq knows about the peer that sent a message.
    ///
    /// It is read from the last frame: before libzmq 4.3.5 a ROUTER can lose it on the first one.
    public struct Metadata: Sendable, Hashable {
        /// The peer's IP address (`Peer-Address`); on ipc a text that ends in `:user:group:process`, nil on inproc.
        public var peerAddress: String?
        /// The name that the authentication handler gave the peer (`User-Id`); nil without one.
        public var userID: String?
        /// The kind of the peer's socket as it is written on the wire, such as `DEALER` (`Socket-Type`); nil on inproc.
        public var socketType: String?

        /// The number of the descriptor on which the message came; nil on inproc. It belongs to libzmq, and may be another
        /// connection's by the time that it is looked at.
        public var descriptor: Int32?

        /// Metadata, as for a message in a test.
        public init(
            peerAddress: String? = nil,
            userID: String? = nil,
            socketType: String? = nil,
            descriptor: Int32? = nil
        ) {
            self.descriptor = descriptor
            self.peerAddress = peerAddress
            self.userID = userID
            self.socketType = socketType
        }

        init(of part: UnsafePointer<zmq_msg_t>) {
            peerAddress = Self.property("Peer-Address", of: part)
            userID = Self.property("User-Id", of: part)
            socketType = Self.property("Socket-Type", of: part)
            let number = zmq_msg_get(part, ZMQ_SRCFD)
            descriptor = number >= 0 ? number : nil
        }

        private static func property(_ name: StaticString, of part: UnsafePointer<zmq_msg_t>) -> String? {
            name.withUTF8Buffer { name in
                name.withMemoryRebound(to: CChar.self) { name in
                    zmq_msg_gets(part, name.baseAddress).map { String(cString: $0) }
                }
            }
        }
    }
}
