import CZeroMQ

extension Socket {
    /// Sets an option.
    ///
    /// - Throws: ``ZeroMQError/Code/invalidArgument`` for a value out of range or an option that this
    ///   kind of socket does not have, ``ZeroMQError/Code/notSupported`` where libzmq was built without it.
    public func set<Value>(_ option: SocketOption<Value>, to value: Value) throws(ZeroMQError) {
        guard let raw = option.coding.encode(value) else {
            throw ZeroMQError(.invalidArgument, operation: "set \(option.name)")
        }
        try setRaw(option.number, to: raw, "set \(option.name)")
    }

    /// Reads an option.
    ///
    /// - Throws: ``ZeroMQError/Code/invalidArgument`` for one that libzmq does not tell.
    public func get<Value>(_ option: SocketOption<Value>) throws(ZeroMQError) -> Value {
        let operation = "read \(option.name)"
        let raw = try getRaw(option.number, option.coding.shape, operation)
        guard let value = option.coding.decode(raw) else { throw ZeroMQError(.invalidArgument, operation: operation) }
        return value
    }

    /// Receives the messages that begin with these bytes; with none, all. (SUB; an XSUB sends a message for it.)
    ///
    /// Two subscriptions of the same bytes need two ``unsubscribe(_:)``.
    public func subscribe(_ prefix: [UInt8] = []) throws(ZeroMQError) {
        try setRaw(ZMQ_SUBSCRIBE, to: .bytes(prefix), "subscribe")
    }

    /// Takes one subscription back.
    public func unsubscribe(_ prefix: [UInt8] = []) throws(ZeroMQError) {
        try setRaw(ZMQ_UNSUBSCRIBE, to: .bytes(prefix), "unsubscribe")
    }

    private func setRaw(_ number: Int32, to raw: RawOption, _ operation: String) throws(ZeroMQError) {
        try withHandle(operation) { handle throws(ZeroMQError) in
            let result = retrying {
                switch raw {
                case .int32(var value): zmq_setsockopt(handle, number, &value, MemoryLayout<Int32>.size)
                case .int64(var value): zmq_setsockopt(handle, number, &value, MemoryLayout<Int64>.size)
                case .bytes(let bytes): zmq_setsockopt(handle, number, bytes, bytes.count)
                case .none: zmq_setsockopt(handle, number, nil, 0)
                }
            }
            guard result == 0 else { throw .last(operation) }
        }
    }

    private func getRaw(_ number: Int32, _ shape: OptionShape, _ operation: String) throws(ZeroMQError) -> RawOption {
        try withHandle(operation) { handle throws(ZeroMQError) in
            func read(_ buffer: UnsafeMutableRawPointer, _ size: inout Int) throws(ZeroMQError) {
                guard retrying({ zmq_getsockopt(handle, number, buffer, &size) }) == 0 else { throw .last(operation) }
            }
            switch shape {
            case .int32:
                var value: Int32 = 0
                var size = MemoryLayout<Int32>.size
                try read(&value, &size)
                return .int32(value)
            case .int64:
                var value: Int64 = 0
                var size = MemoryLayout<Int64>.size
                try read(&value, &size)
                return .int64(value)
            case .bytes(let capacity):
                var bytes = [UInt8](repeating: 0, count: capacity)
                var size = capacity
                try read(&bytes, &size)
                return .bytes(Array(bytes.prefix(size)))
            }
        }
    }
}
