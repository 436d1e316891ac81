import AcquisitionModel
import AcquisitionRPC
import ArgumentParser

/// Where the simulated trainer can be reached, and what it says it is.
struct ClientAppServiceOptions: ParsableArguments {
    @Option(name: .long, help: "The name in heartbeats (default: autotrainer-device).")
    var identifier: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Which rig it says it is, in its configuration (default: rig-simulated).", valueName: "id")
    )
    var deviceId: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where to listen: an address (also ::1, fe80::1%eth0), the name of a machine or of an interface (docker0: all "
                + "of its addresses), '*' for everywhere, in both families, 'like-python' for the outward address and "
                + "this machine, ipc:///run/user/1000/rig-1 for Unix sockets in a folder of your own "
                + "(default: 127.0.0.1). May be given several times.",
            valueName: "address"
        )
    )
    var bind: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("The port of events; 0 for a free one (default: 5556).", valueName: "port"),
        transform: NumberArgument.portOrAny
    )
    var subscriberPort: UInt16?

    @Option(
        name: .long,
        help: ArgumentHelp("The port of commands; 0 for a free one (default: 5557).", valueName: "port"),
        transform: NumberArgument.portOrAny
    )
    var commandPort: UInt16?

    @Option(
        name: .long,
        help: ArgumentHelp("The time between heartbeats.", valueName: "seconds"),
        transform: NumberArgument.real(0.01...86_400, "seconds")
    )
    var heartbeatInterval: Double = 5

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The release of the protocol: current (0.12.0) or legacy (0.9.7) (default: current).",
            valueName: "current|legacy"
        )
    )
    var dialect: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Write down who gave which command, and what came of it.", valueName: "file"),
        completion: .file(extensions: ["jsonl"])
    )
    var audit: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Whom to let in: off (everybody), auto (those with a key, where the folder has keys), required (those with "
                + "a key) (default: off, with --keys required).",
            valueName: "off|auto|required"
        )
    )
    var security: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The folder with the keys, as 'remote-console keys' makes it (default: ~/.config/acquisition-rpc/keys).",
            valueName: "folder"
        )
    )
    var keys: String?

    @Option(
        name: .long,
        defaultAsFlag: InsecureRemoteArgument.everywhere,
        help: ArgumentHelp(
            "Listen on the network without keys: whoever reaches the ports may give commands. With the names of "
                + "interfaces, only on these, and only for what comes in through them: docker0, or docker0,br-lab.",
            valueName: "interface"
        )
    )
    var allowInsecureRemote: InsecureRemoteArgument?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "For how long to remember commands, so that one that is given again under the same nonce does not run again "
                + "(default: not at all).",
            valueName: "seconds"
        ),
        transform: NumberArgument.real(0.001...86_400, "seconds")
    )
    var deduplicate: Double?

    /// How the rig is set up: flag, then environment, then default.
    func configuration(environment: [String: String]) -> ApiSystemConfiguration {
        var configuration = ApiSystemConfiguration.simulated
        configuration.deviceId = deviceId ?? environment.filled("ACQUISITION_DEVICE_ID") ?? configuration.deviceId
        return configuration
    }

    /// The options of the service: flag, then environment, then default.
    ///
    /// - Throws: ArgumentParser's error for what makes no sense.
    func options(environment: [String: String]) throws -> RpcOptions {
        var options = RpcOptions(heartbeatInterval: .seconds(heartbeatInterval))
        if let identifier = identifier ?? environment.filled("ACQUISITION_IDENTIFIER") {
            options.identifier = identifier
        }
        options.subscriberPort = try port(subscriberPort, "ACQUISITION_SUBSCRIBER_PORT", environment, 5556)
        options.commandPort = try port(commandPort, "ACQUISITION_COMMAND_PORT", environment, 5557)
        let addresses = bind.isEmpty ? environment.filled("ACQUISITION_BIND").map { $0.split(separator: ",") } : nil
        switch addresses.map({ $0.map(String.init) }) ?? bind {
        case []: options.bind = .loopback
        case ["like-python"]: options.bind = .likePython
        case let addresses: options.bind = .addresses(addresses)
        }
        if let name = dialect ?? environment.filled("ACQUISITION_DIALECT") {
            guard let dialect = Dialect(rawValue: name) else {
                throw ValidationError("'\(name)' is no dialect; there are current and legacy")
            }
            options.dialect = dialect
        }
        if let deduplicate { options.deduplicate = .seconds(deduplicate) }
        if let audit { options.audit = AuditOptions(path: audit) }
        options.security = try security(environment)
        options.allowInsecureRemote = allowInsecureRemote?.access ?? .refused
        return options
    }

    private func security(_ environment: [String: String]) throws -> ServiceSecurity {
        let isFolderNamed = keys != nil || environment.filled("ACQUISITION_KEYS") != nil
        let choice = security ?? environment.filled("ACQUISITION_SECURITY") ?? (isFolderNamed ? "required" : "off")
        guard choice != "off" else { return .off }
        guard let path = KeyFolderOptions.path(keys, environment) else {
            throw ValidationError("There is no home folder in which keys could lie; name one with --keys")
        }
        switch choice {
        case "auto": return .auto(keys: path)
        case "required": return .required(keys: path)
        default: throw ValidationError("'\(choice)' is no choice of --security; there are off, auto and required")
        }
    }

    private func port(
        _ flag: UInt16?,
        _ variable: String,
        _ environment: [String: String],
        _ standard: UInt16
    ) throws -> UInt16 {
        if let flag { return flag }
        guard let text = environment.filled(variable) else { return standard }
        do { return try NumberArgument.portOrAny(text) } catch {
            throw ValidationError("The environment variable \(variable) is '\(text)'; \(error)")
        }
    }
}

extension [String: String] {
    /// The value of a variable that is set and not empty.
    fileprivate func filled(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }
}
