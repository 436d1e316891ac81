import AcquisitionModel
import AcquisitionRPC
import ZeroMQ

/// How a service is kept from strangers: what its options come to.
enum Protection: Sendable {
    /// Nobody is asked for a key.
    case none(ServiceExposure)
    /// Those in the folder come in.
    case curve(Certificate, KeyFolder)

    /// What the options ask for, where the service is to listen.
    ///
    /// - Throws: ``RpcServiceError``: the keys are missing or cannot be used, or there would be none on the network.
    init(_ options: RpcOptions, _ plan: BindPlan) throws(RpcServiceError) {
        switch options.security {
        case .required(let path): self = try Self.curve(in: KeyFolder(path))
        case .auto(let path) where KeyFolder(path).hasServiceKey: self = try Self.curve(in: KeyFolder(path))
        case .auto, .off: self = try Self.none(options.allowInsecureRemote, plan)
        }
    }

    private static func curve(in folder: KeyFolder) throws(RpcServiceError) -> Protection {
        guard Library.has("curve") else {
            throw RpcServiceError(.keys, "This libzmq was built without CURVE; one with libsodium is needed")
        }
        do {
            return .curve(try folder.secret(KeyFolder.serviceName), folder)
        } catch {
            var message = "The service's keys cannot be used: \(error)."
            if error.rule == .found {
                let command = ["remote-console", "keys", "generate", KeyFolder.serviceName, "--keys", folder.path]
                message += " To make them: \(ShellText.command(command))"
            }
            throw RpcServiceError(.keys, message)
        }
    }

    /// The resolved addresses decide, and not how they are written.
    private static func none(
        _ access: InsecureRemoteAccess,
        _ plan: BindPlan
    ) throws(RpcServiceError) -> Protection {
        let remote = plan.targets.filter { !$0.address.isLoopback }
        if remote.isEmpty { return .none(.local) }
        let refused = remote.first { target in
            switch access {
            case .refused: true
            case .everywhere: false
            case .interfaces(let names): !plan.lies(target, on: names)
            }
        }
        guard let refused else { return .none(.insecureRemote) }
        var exception = "say that this is meant (allowInsecureRemote)"
        if case .interfaces(let names) = access {
            exception += ", which is said for \(names.isEmpty ? "no interface" : names.joined(separator: ", ")) alone"
        }
        throw RpcServiceError(
            .insecure,
            "Without keys, anybody who reaches \(refused.words) could give commands. Set keys (security), listen on "
                + "127.0.0.1 or on a Unix socket (ipc:///run/user/1000/rig-1), or \(exception)",
            endpoint: "\(refused.address)"
        )
    }

    /// Who can reach the service.
    var exposure: ServiceExposure {
        switch self {
        case .none(let exposure): exposure
        case .curve: .curve
        }
    }
}
