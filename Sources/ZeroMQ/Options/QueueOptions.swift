import CZeroMQ

extension SocketOption where Value == Int {
    /// How many messages wait for one peer at most; zero is no limit. 1000 unless set.
    public static var sendHighWaterMark: Self { Self("sendHighWaterMark", ZMQ_SNDHWM, .count) }

    /// How many messages of one peer wait to be received at most; zero is no limit. 1000 unless set.
    public static var receiveHighWaterMark: Self { Self("receiveHighWaterMark", ZMQ_RCVHWM, .count) }
}

extension SocketOption where Value == Int? {
    /// The largest frame to accept, in bytes; a peer that sends more is dropped. Nil, as at first, is no limit:
    /// set it, or a stranger's announced frame can take all memory.
    public static var maxMessageSize: Self { Self("maxMessageSize", ZMQ_MAXMSGSIZE, .optionalSize) }
}

extension SocketOption where Value == Duration? {
    /// How long a closed socket goes on sending. Zero unless set; nil is without end, and then the end of the
    /// context waits for ever for a peer that does not read.
    public static var linger: Self { Self("linger", ZMQ_LINGER, .optionalMilliseconds) }

    /// How long ``Socket/send(_:)`` waits; nil, as at first, is without end.
    public static var sendTimeout: Self { Self("sendTimeout", ZMQ_SNDTIMEO, .optionalMilliseconds) }

    /// How long ``Socket/receive()`` waits; nil, as at first, is without end.
    public static var receiveTimeout: Self { Self("receiveTimeout", ZMQ_RCVTIMEO, .optionalMilliseconds) }
}
