import CZeroMQ

extension Socket {
    /// Receives a message, waiting as long as ``SocketOption/receiveTimeout`` says.
    ///
    /// - Throws: ``ZeroMQError/Code/timedOut``, ``ZeroMQError/Code/terminated``,
    ///   ``ZeroMQError/Code/wrongState``, ``ZeroMQError/Code/notSupported`` on a PUB.
    public func receive() throws(ZeroMQError) -> Message {
        guard let message = try receive(flags: 0) else {
            throw ZeroMQError(.timedOut, operation: "receive")
        }
        return message
    }

    /// Receives a message if one is there; nil if none is.
    ///
    /// - Throws: As ``receive()``, without the time-out.
    public func tryReceive() throws(ZeroMQError) -> Message? {
        try receive(flags: ZMQ_DONTWAIT)
    }

    private func receive(flags: Int32) throws(ZeroMQError) -> Message? {
        try withHandleAndPart("receive") { handle, part throws(ZeroMQError) in
            // Leaves the part empty, so that a large frame is not kept until the next one.
            defer {
                zmq_msg_close(part)
                zmq_msg_init(part)
            }
            var frames: [Frame] = []
            repeat {
                guard try receiveFrame(into: part, from: handle, flags: flags) else { return nil }
                frames.append(Frame(UnsafeRawBufferPointer(start: zmq_msg_data(part), count: zmq_msg_size(part))))
            } while zmq_msg_more(part) != 0
            return Message(frames: frames, metadata: Message.Metadata(of: part))
        }
    }

    /// False for EAGAIN: with `ZMQ_DONTWAIT` nothing was there, without it the time-out passed.
    private func receiveFrame(
        into part: UnsafeMutablePointer<zmq_msg_t>,
        from handle: UnsafeMutableRawPointer,
        flags: Int32
    ) throws(ZeroMQError) -> Bool {
        let result: Int32
        let errno: Int32
        if flags & ZMQ_DONTWAIT != 0 {
            result = retrying { zmq_msg_recv(part, handle, flags) }
            errno = result == -1 ? zmq_errno() : 0
        } else {
            (result, errno) = retrying(handle, timeout: ZMQ_RCVTIMEO) { zmq_msg_recv(part, handle, flags) }
        }
        if result >= 0 { return true }
        if errno == ZeroMQError.Code.wouldBlock.rawValue { return false }
        throw ZeroMQError(errno: errno, operation: "receive")
    }
}
