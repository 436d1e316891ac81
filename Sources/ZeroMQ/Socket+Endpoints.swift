import CZeroMQ

extension Socket {
    /// Binds to an endpoint, such as `tcp://127.0.0.1:5556`, `tcp://*:*` (any free port), `ipc:///run/x` or `inproc://x`.
    ///
    /// - Throws: ``ZeroMQError/Code/addressInUse``, ``ZeroMQError/Code/addressNotAvailable``,
    ///   ``ZeroMQError/Code/noDevice``, ``ZeroMQError/Code/permissionDenied``,
    ///   ``ZeroMQError/Code/invalidArgument``, ``ZeroMQError/Code/protocolNotSupported``,
    ///   ``ZeroMQError/Code/tooManyFiles``.
    public func bind(_ endpoint: String) throws(ZeroMQError) {
        // libzmq asks the system for the interfaces, and ends the process where there is no descriptor for that
        // ("Too many open files (src/ip_resolver.cpp)").
        if let errno = OpenFiles.shortage(of: Self.bindDescriptors) {
            throw ZeroMQError(errno: errno, operation: "bind", endpoint: endpoint)
        }
        try call("bind", endpoint, zmq_bind)
    }

    /// What a bind takes at the most while it lasts.
    private static var bindDescriptors: Int { 4 }

    /// Stops listening at an endpoint, given as ``lastEndpoint`` told it. Peers that are connected stay.
    ///
    /// - Throws: ``ZeroMQError/Code/notFound`` if it is not bound there.
    public func unbind(_ endpoint: String) throws(ZeroMQError) {
        try call("unbind", endpoint, zmq_unbind)
    }

    /// Connects to an endpoint, now or as soon as somebody listens there.
    ///
    /// - Throws: ``ZeroMQError/Code/invalidArgument``, ``ZeroMQError/Code/protocolNotSupported``.
    ///   That nobody listens is no error: libzmq keeps trying; see ``SocketMonitor``.
    public func connect(_ endpoint: String) throws(ZeroMQError) {
        try call("connect", endpoint, zmq_connect)
    }

    /// Ends a connection, given as it was to ``connect(_:)``.
    ///
    /// - Throws: ``ZeroMQError/Code/notFound`` if it is not connected there.
    public func disconnect(_ endpoint: String) throws(ZeroMQError) {
        try call("disconnect", endpoint, zmq_disconnect)
    }

    /// The endpoint of the last bind or connect, with the port that the system chose; empty before.
    public var lastEndpoint: String {
        get throws(ZeroMQError) { try get(.lastEndpoint) }
    }

    private func call(
        _ operation: String,
        _ endpoint: String,
        _ function: (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Int32
    ) throws(ZeroMQError) {
        guard !endpoint.utf8.contains(0) else {
            throw ZeroMQError(.invalidArgument, operation: operation, endpoint: endpoint)
        }
        try withHandle(operation) { handle throws(ZeroMQError) in
            guard retrying({ function(handle, endpoint) }) == 0 else {
                throw .last(operation, endpoint: endpoint)
            }
        }
    }
}
