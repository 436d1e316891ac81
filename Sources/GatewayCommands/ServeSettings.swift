import AcquisitionZeroMQ
import GatewayCore
import Logging

/// The control room's own service over ZeroMQ: the table `serve` of a configuration file.
struct ServeSettings: Sendable {
    enum Security: String, Sendable, CaseIterable { case off, auto, required }

    var identifier = "control-room"
    var commandPort: UInt16 = 5557
    var subscriberPort: UInt16 = 5556
    var bind: [String] = []
    var allowInsecureRemote = InsecureRemoteAccess.refused
    var security = Security.off
    var keys: String?

    init() {}

    init(reading reader: TableReader) {
        identifier = reader.string("identifier") ?? identifier
        commandPort = reader.integer("command_port", in: 0...65535).map { UInt16($0) } ?? commandPort
        subscriberPort = reader.integer("subscriber_port", in: 0...65535).map { UInt16($0) } ?? subscriberPort
        bind = reader.strings("bind") ?? bind
        allowInsecureRemote = Self.access(reader) ?? allowInsecureRemote
        security = reader.choice("security") ?? security
        keys = reader.string("keys")
        if security != .off, keys == nil { reader.noteMissing("keys", "the folder with the keys of the service") }
        if commandPort == subscriberPort, commandPort != 0 {
            reader.note("command_port", "is the same as subscriber_port: each socket needs a port of its own")
        }
    }

    /// `allow_insecure_remote`: true, or a list of interfaces.
    private static func access(_ reader: TableReader) -> InsecureRemoteAccess? {
        let key = "allow_insecure_remote"
        if case .array = reader.table[key]?.value { return reader.strings(key).map { .interfaces($0) } }
        return reader.boolean(key).map { $0 ? .everywhere : .refused }
    }

    /// A service that is not started yet.
    func service(_ logger: Logger) throws -> any RpcService {
        var options = RpcOptions(identifier: identifier, subscriberPort: subscriberPort, commandPort: commandPort)
        if !bind.isEmpty { options.bind = .addresses(bind) }
        options.allowInsecureRemote = allowInsecureRemote
        switch (security, keys) {
        case (.auto, let keys?): options.security = .auto(keys: keys)
        case (.required, let keys?): options.security = .required(keys: keys)
        default: options.security = .off
        }
        guard let service = createApiService(ApiOptions(rpc: options), logger: logger) else {
            throw GatewayError(.failed, "The service is switched off")
        }
        return service
    }
}
