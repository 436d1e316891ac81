import CZeroMQ

extension Socket {
    /// Sends a message, waiting for room as long as ``SocketOption/sendTimeout`` says.
    ///
    /// PUB and XPUB never wait: they drop what a subscriber cannot take. A ROUTER drops what is for
    /// nobody, unless ``SocketOption/routerMandatory`` is set.
    ///
    /// - Throws: ``ZeroMQError/Code/timedOut``, ``ZeroMQError/Code/hostUnreachable``,
    ///   ``ZeroMQError/Code/wrongState``, ``ZeroMQError/Code/terminated``,
    ///   ``ZeroMQError/Code/invalidArgument`` for a message without a frame.
    public func send(_ message: Message) throws(ZeroMQError) {
        guard try send(message, flags: 0) else {
            throw ZeroMQError(.timedOut, operation: "send")
        }
    }

    /// Sends a message if that can be done without waiting.
    ///
    /// - Returns: False if there is no room, or nobody to send to. Nothing is sent then.
    /// - Throws: As ``send(_:)``, without the time-out.
    public func trySend(_ message: Message) throws(ZeroMQError) -> Bool {
        try send(message, flags: ZMQ_DONTWAIT)
    }

    /// Sends one frame without waiting and without allocating here.
    ///
    /// - Returns: False if there is no room, or nobody to send to.
    public func trySend(_ frame: RawSpan) throws(ZeroMQError) -> Bool {
        try withHandle("send") { handle throws(ZeroMQError) in
            try sendFrame(frame, on: handle, flags: ZMQ_DONTWAIT)
        }
    }

    /// Sends two frames, such as a topic and a body, without waiting and without allocating here.
    ///
    /// - Returns: False if there is no room, or nobody to send to. Nothing is sent then.
    public func trySend(_ first: RawSpan, _ second: RawSpan) throws(ZeroMQError) -> Bool {
        try withHandle("send") { handle throws(ZeroMQError) in
            guard try sendFrame(first, on: handle, flags: ZMQ_DONTWAIT | ZMQ_SNDMORE) else { return false }
            return try sendFrame(second, on: handle, flags: ZMQ_DONTWAIT)
        }
    }

    private func send(_ message: Message, flags: Int32) throws(ZeroMQError) -> Bool {
        let last = message.frames.count - 1
        guard last >= 0 else { throw ZeroMQError(.invalidArgument, operation: "send") }
        return try withHandle("send") { handle throws(ZeroMQError) in
            var complete = true
            for (index, frame) in message.frames.enumerated() {
                let more = index < last ? ZMQ_SNDMORE : 0
                let sent = try sendFrame(frame.span.bytes, on: handle, flags: flags | more)
                if !sent, index == 0 { return false }
                // A peer that goes away in the middle takes its message along, and libzmq wants to see
                // the rest of it, up to the last frame, before it starts on another.
                complete = complete && sent
            }
            return complete
        }
    }

    /// False for EAGAIN: with `ZMQ_DONTWAIT` there was no room, without it the time-out passed.
    private func sendFrame(
        _ frame: RawSpan,
        on handle: UnsafeMutableRawPointer,
        flags: Int32
    ) throws(ZeroMQError) -> Bool {
        let (result, errno) = frame.withUnsafeBytes { bytes in
            if flags & ZMQ_DONTWAIT != 0 {
                let result = retrying { zmq_send(handle, bytes.baseAddress, bytes.count, flags) }
                return (result, result == -1 ? zmq_errno() : 0)
            }
            return retrying(handle, timeout: ZMQ_SNDTIMEO) {
                zmq_send(handle, bytes.baseAddress, bytes.count, flags)
            }
        }
        if result >= 0 { return true }
        if errno == ZeroMQError.Code.wouldBlock.rawValue { return false }
        throw ZeroMQError(errno: errno, operation: "send")
    }
}
