import CZeroMQ

extension SocketOption where Value == Duration {
    /// How long a new peer has to greet before it is dropped; zero is without end. 30 s unless set.
    public static var handshakeInterval: Self { Self("handshakeInterval", ZMQ_HANDSHAKE_IVL, .milliseconds) }

    /// The time between pings to a peer; zero, as at first, sends none. Leave it zero on sockets that connect:
    /// with a stalled SUB libzmq 4.3.4 can abort the process.
    public static var heartbeatInterval: Self { Self("heartbeatInterval", ZMQ_HEARTBEAT_IVL, .milliseconds) }

    /// How long the peer may wait for the next ping before it gives up, in tenths of a second, at most 6553.5 s.
    public static var heartbeatTTL: Self { Self("heartbeatTTL", ZMQ_HEARTBEAT_TTL, .milliseconds) }

    /// How long sent bytes may stay unacknowledged before the connection is cut; zero leaves it to the system.
    public static var tcpMaxRetransmitTimeout: Self { Self("tcpMaxRetransmitTimeout", ZMQ_TCP_MAXRT, .milliseconds) }

    /// How long one attempt to connect may take; zero leaves it to the system.
    public static var connectTimeout: Self { Self("connectTimeout", ZMQ_CONNECT_TIMEOUT, .milliseconds) }

    /// The time up to which ``reconnectInterval`` doubles; zero, as at first, lets it stay the same.
    public static var reconnectIntervalMax: Self { Self("reconnectIntervalMax", ZMQ_RECONNECT_IVL_MAX, .milliseconds) }
}

extension SocketOption where Value == Duration? {
    /// How long to wait for an answer to a ping before the connection is cut; nil, as at first, is
    /// ``heartbeatInterval``, and cannot be set again.
    public static var heartbeatTimeout: Self { Self("heartbeatTimeout", ZMQ_HEARTBEAT_TIMEOUT, .optionalMilliseconds) }

    /// The time before a broken connection is tried again; nil is never. 100 ms unless set.
    public static var reconnectInterval: Self { Self("reconnectInterval", ZMQ_RECONNECT_IVL, .optionalMilliseconds) }
}
