import CZeroMQ

/// What a socket can be ready for.
public struct Interest: OptionSet, Sendable, Hashable {
    /// The bits as libzmq counts them.
    public let rawValue: Int16

    /// An interest from libzmq's bits.
    public init(rawValue: Int16) {
        self.rawValue = rawValue
    }

    /// A message can be received without waiting.
    public static let readable = Self(rawValue: Int16(ZMQ_POLLIN))
    /// A message can be sent without waiting.
    public static let writable = Self(rawValue: Int16(ZMQ_POLLOUT))
}
