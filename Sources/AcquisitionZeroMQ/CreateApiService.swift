public import AcquisitionRPC
public import Logging

/// The service over ZeroMQ; nil where the options say that there is none.
///
/// ```swift
/// import AcquisitionRPC
/// import AcquisitionZeroMQ
///
/// let service = createApiService(ApiOptions(rpc: RpcOptions(identifier: "rig-1")))
/// service?.setDelegate { request in .unrecognized }
/// try service?.start()
/// ```
///
/// - Parameters:
///   - options: what the application configures.
///   - inside: serves clients in this process too, such as gateways that the program embeds; nil for none.
///   - logger: where the service tells what it does; the library never decides where that goes.
public func createApiService(
    _ options: ApiOptions = ApiOptions(),
    inside: InProcessTransport? = nil,
    logger: Logger = Logger(label: "acquisition-rpc")
) -> (any RpcService)? {
    guard let rpc = options.rpc, rpc.enable else { return nil }
    let transport = ZeroMQServiceTransport(options: rpc, logger: logger)
    return TransportRpcService(
        options: rpc,
        transport: inside.map { JointTransport(inside: $0, outside: transport) } ?? transport,
        logger: logger
    )
}
