/// What the peers of one gateway may cost.
public struct GatewayLimits: Sendable, Hashable {
    /// How many connections may be open; one more is closed at once. For protocols without connections, how many peers
    /// are remembered.
    public var connections: Int
    /// The largest message of a peer, in bytes; a larger one is refused in the protocol's own way, and ends the connection
    /// where what follows cannot be told from it.
    public var messageSize: Int
    /// How many commands of one connection may be under way; one more is refused.
    public var inFlightPerConnection: Int
    /// How many messages may wait to be sent over one connection. A peer that reads so slowly that one more does not fit
    /// is disconnected.
    public var queuedPerConnection: Int
    /// How many descriptors connections leave to the rest of the process; one more is closed at once. nil for an eighth of the
    /// process's limit, from 16 to 128.
    public var reservedDescriptors: Int?

    /// Limits.
    public init(
        connections: Int = 64,
        messageSize: Int = 1 << 20,
        inFlightPerConnection: Int = 32,
        queuedPerConnection: Int = 1024,
        reservedDescriptors: Int? = nil
    ) {
        self.connections = connections
        self.messageSize = messageSize
        self.inFlightPerConnection = inFlightPerConnection
        self.queuedPerConnection = queuedPerConnection
        self.reservedDescriptors = reservedDescriptors
    }

    /// What all connections together may have in flight.
    package var inFlight: Int {
        let (product, isTooLarge) = max(0, connections).multipliedReportingOverflow(by: max(0, inFlightPerConnection))
        return isTooLarge ? .max : product
    }
}
