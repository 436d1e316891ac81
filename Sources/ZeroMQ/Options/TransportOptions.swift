import CZeroMQ

extension SocketOption where Value == Bool {
    /// Allows IPv6 addresses beside IPv4.
    public static var ipv6: Self { Self("ipv6", ZMQ_IPV6, .flag) }
}

extension SocketOption where Value == String? {
    /// The network interface to which what is bound or connected from now on is confined (Linux); nil, as at first, for none.
    public static var boundInterface: Self { Self("boundInterface", ZMQ_BINDTODEVICE, .optionalName) }
}

extension SocketOption where Value == Int {
    /// How many connections the system queues before they are accepted. 100 unless set.
    public static var backlog: Self { Self("backlog", ZMQ_BACKLOG, .count) }

    /// The type-of-service byte of the IP packets.
    public static var typeOfService: Self { Self("typeOfService", ZMQ_TOS, .count) }
}

extension SocketOption where Value == Int? {
    /// The system's send buffer in bytes; nil, as at first, leaves it to the system.
    public static var sendBufferSize: Self { Self("sendBufferSize", ZMQ_SNDBUF, .optionalCount) }

    /// The system's receive buffer in bytes; nil, as at first, leaves it to the system.
    public static var receiveBufferSize: Self { Self("receiveBufferSize", ZMQ_RCVBUF, .optionalCount) }

    /// How many probes go unanswered before the connection counts as broken; nil leaves it to the system.
    public static var tcpKeepaliveCount: Self { Self("tcpKeepaliveCount", ZMQ_TCP_KEEPALIVE_CNT, .optionalCount) }
}

extension SocketOption where Value == Bool? {
    /// Whether TCP probes idle connections; nil, as at first, leaves it to the system.
    public static var tcpKeepalive: Self { Self("tcpKeepalive", ZMQ_TCP_KEEPALIVE, .flagOrSystemDefault) }
}

extension SocketOption where Value == Duration? {
    /// How long a connection is idle before the first probe, in whole seconds; nil leaves it to the system.
    public static var tcpKeepaliveIdle: Self { Self("tcpKeepaliveIdle", ZMQ_TCP_KEEPALIVE_IDLE, .optionalSeconds) }

    /// The time between probes, in whole seconds; nil leaves it to the system.
    public static var tcpKeepaliveInterval: Self {
        Self("tcpKeepaliveInterval", ZMQ_TCP_KEEPALIVE_INTVL, .optionalSeconds)
    }
}
