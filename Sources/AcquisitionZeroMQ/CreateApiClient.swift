import AcquisitionModel
public import AcquisitionRPC

/// A client over ZeroMQ, which begins to connect at once.
///
/// - Parameters:
///   - host: the machine on which the service runs, by name or address.
///   - commandPort: the port of its command socket.
///   - subscriberPort: the port on which it publishes.
///   - credentials: the keys, for a service that asks for them; nil for one that does not.
///   - options: how the client behaves.
/// - Throws: `RpcClientError` for a host that cannot be the name of a machine. A service that is not
///   there yet is no error.
public func createApiClient(
    host: String = "127.0.0.1",
    commandPort: UInt16 = 5557,
    subscriberPort: UInt16 = 5556,
    credentials: CurveCredentials? = nil,
    options: ClientOptions = ClientOptions()
) throws(RpcClientError) -> RpcClient {
    let host = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    return try createApiClient(
        command: "tcp://\(host):\(commandPort)",
        subscriber: "tcp://\(host):\(subscriberPort)",
        credentials: credentials,
        options: options
    )
}

/// A client over ZeroMQ of the service at these two endpoints.
///
/// - Throws: `RpcClientError` for an endpoint that ZeroMQ cannot use.
public func createApiClient(
    command: String,
    subscriber: String,
    credentials: CurveCredentials? = nil,
    options: ClientOptions = ClientOptions()
) throws(RpcClientError) -> RpcClient {
    let transport = ZeroMQClientTransport(
        command: command,
        subscriber: subscriber,
        credentials: credentials,
        mostBytes: options.limits.size
    )
    return try RpcClient(transport: transport, options: options)
}
