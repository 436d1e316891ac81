import CZeroMQ

extension SocketOption where Value == Bool {
    /// Queues only for connections that are made, not for those that are still being made.
    public static var immediate: Self { Self("immediate", ZMQ_IMMEDIATE, .flag) }

    /// Makes a ROUTER refuse a message for a peer that is not there (``ZeroMQError/Code/hostUnreachable``) instead
    /// of dropping it. Cannot be read.
    public static var routerMandatory: Self { Self("routerMandatory", ZMQ_ROUTER_MANDATORY, .flag) }

    /// Lets a new peer take over the routing id, and so the replies, of another. Off unless set. Cannot be read.
    public static var routerHandover: Self { Self("routerHandover", ZMQ_ROUTER_HANDOVER, .flag) }

    /// Sends an empty message on each new connection, so that a ROUTER learns of it. Cannot be read.
    public static var probeRouter: Self { Self("probeRouter", ZMQ_PROBE_ROUTER, .flag) }

    /// Lets a REQ ask again without having had an answer. Use it with ``reqCorrelate``. Cannot be read.
    public static var reqRelaxed: Self { Self("reqRelaxed", ZMQ_REQ_RELAXED, .flag) }

    /// Makes a REQ number its questions and drop late answers to earlier ones. The REP side has to echo the
    /// whole envelope: a request id comes before the empty frame. Cannot be read.
    public static var reqCorrelate: Self { Self("reqCorrelate", ZMQ_REQ_CORRELATE, .flag) }

    /// Makes an XPUB receive every subscription, not only the first of each. Cannot be read.
    public static var xpubVerbose: Self { Self("xpubVerbose", ZMQ_XPUB_VERBOSE, .flag) }

    /// As ``xpubVerbose``, and every unsubscription too. Cannot be read.
    public static var xpubVerboser: Self { Self("xpubVerboser", ZMQ_XPUB_VERBOSER, .flag) }

    /// Turns subscriptions round: what matches is left out. Set it on both sides.
    public static var invertMatching: Self { Self("invertMatching", ZMQ_INVERT_MATCHING, .flag) }
}

extension SocketOption where Value == [UInt8] {
    /// The name that a ROUTER knows this socket by: 1 to 255 bytes, not beginning with zero. Empty, as at first,
    /// lets the ROUTER choose, which is safer.
    public static var routingID: Self { Self("routingID", ZMQ_ROUTING_ID, .bytes) }
}
