extension Socket {
    /// What the socket is ready for at this moment.
    public var readiness: Interest {
        get throws(ZeroMQError) { Interest(rawValue: Int16(truncatingIfNeeded: try get(.events))) }
    }

    /// A descriptor that tells other event loops that ``readiness`` may have changed.
    ///
    /// It is edge-triggered, never to be read or closed, and signals only that it is worth asking:
    /// after each signal, and after each send and receive, read ``readiness``. A ``Poller`` does all this.
    public var fileDescriptor: Int32 {
        get throws(ZeroMQError) { Int32(truncatingIfNeeded: try get(.fileDescriptor)) }
    }
}
