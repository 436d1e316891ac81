import AcquisitionModel
public import AcquisitionRPC

/// A client over ZeroMQ, which begins to connect at once.
///
/// - Parameters:
///   - host: the machine on which the service runs, by name or address (`rig-1`, `192.168.1.5`, `fe80::1%eth0`), or
///     `ipc:///run/user/1000/rig-1` for the folder of Unix sockets of a service on this machine; the ports do not matter then.
///     A name is looked up anew for each attempt to connect, and all of its addresses are tried, of both families.
///   - commandPort: the port of its command socket.
///   - subscriberPort: the port on which it publishes.
///   - credentials: the keys, for a service that asks for them; nil for one that does not.
///   - options: how the client behaves.
/// - Throws: `RpcClientError` for a host that cannot be the name of a machine, or a folder of Unix sockets that others can
///   enter. A service that is not there yet is no error, and neither is a name that does not resolve: requests fail with
///   `RpcClientError.Code.unknownHost` then.
public func createApiClient(
    host: String = "127.0.0.1",
    commandPort: UInt16 = 5557,
    subscriberPort: UInt16 = 5556,
    credentials: CurveCredentials? = nil,
    options: ClientOptions = ClientOptions()
) throws(RpcClientError) -> RpcClient {
    let endpoints: ServiceEndpoints
    do {
        endpoints = try ServiceEndpoints(host: host, commandPort: commandPort, subscriberPort: subscriberPort)
        try endpoints.folder?.checkIfThere()
    } catch {
        throw RpcClientError(.transport, error.message)
    }
    return try createApiClient(
        command: endpoints.command,
        subscriber: endpoints.subscriber,
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
    let transport = try ZeroMQClientTransport(
        command: command,
        subscriber: subscriber,
        credentials: credentials,
        mostBytes: options.limits.size
    )
    return try RpcClient(transport: transport, options: options)
}
