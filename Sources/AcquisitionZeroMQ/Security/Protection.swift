import AcquisitionModel
import AcquisitionRPC
import ZeroMQ

/// How a service is kept from strangers: what its options come to.
enum Protection: Sendable {
    /// Nobody is asked for a key.
    case none(ServiceExposure)
    /// Those in the folder come in.
    case curve(Certificate, KeyFolder)

    /// What the options ask for, at these addresses.
    ///
    /// - Throws: ``RpcServiceError``: the keys are missing or cannot be used, or there would be none on the network.
    init(_ options: RpcOptions, addresses: [String]) throws(RpcServiceError) {
        switch options.security {
        case .required(let path): self = try Self.curve(in: KeyFolder(path))
        case .auto(let path) where KeyFolder(path).hasServiceKey: self = try Self.curve(in: KeyFolder(path))
        case .auto, .off: self = try Self.none(options, addresses)
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

    private static func none(_ options: RpcOptions, _ addresses: [String]) throws(RpcServiceError) -> Protection {
        guard let remote = addresses.first(where: { !Loopback.contains($0) }) else { return .none(.local) }
        guard options.allowInsecureRemote else {
            throw RpcServiceError(
                .insecure,
                "Without keys, anybody who reaches \(remote) could give commands. Set keys (security), listen on "
                    + "127.0.0.1, or say that this is meant (allowInsecureRemote)",
                endpoint: remote
            )
        }
        return .none(.insecureRemote)
    }

    /// Who can reach the service.
    var exposure: ServiceExposure {
        switch self {
        case .none(let exposure): exposure
        case .curve: .curve
        }
    }
}
