import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import ZeroMQ

/// Everything that `remote-console` can be told, with where each value came from.
struct ConsoleSettings: Sendable {
    static let tool = "remote-console"

    var host: Sourced<String>
    var commandPort: Sourced<UInt16>
    var subscriberPort: Sourced<UInt16>
    var timeout: Sourced<DurationArgument>
    var retries: Sourced<UInt16>
    var dialect: Sourced<DialectChoice>
    /// A file with a secret key; empty for none.
    var curveKey: Sourced<String>
    /// The application's public key, or a file with it; empty for none.
    var curveServerKey: Sourced<String>
    /// Names of the lab's own.
    var definitions: [Sourced<Definition>]
    var talk: TalkSettings
    /// Where the application is.
    private let endpoints: ServiceEndpoints
    /// The configuration file, where there is one.
    var file: ConfigurationFile?
    /// The file that the command line names.
    private var configFlag: String?
    var environment: [String: String]

    /// The settings of a command line in an environment.
    ///
    /// - Throws: ``CommandFailure`` where one cannot be understood.
    init(_ options: ConnectionOptions, environment: [String: String]) throws(CommandFailure) {
        let file = try ConfigurationFile.load(named: options.talk.config, tool: Self.tool, environment: environment)
        try self.init(options, SettingsSources(environment: environment, file: file))
    }

    init(_ options: ConnectionOptions, _ sources: SettingsSources) throws(CommandFailure) {
        let address = try sources.resolve(
            options.host,
            flag: "--host",
            variable: "ACQUISITION_HOST",
            key: "host",
            default: HostArgument("127.0.0.1", port: nil),
            expected: HostArgument.expectation,
            parse: { try? HostArgument($0) }
        )
        host = Sourced(value: address.value.host, source: address.source)
        let port = try sources.resolve(
            options.commandPort,
            flag: "--command-port",
            variable: "ACQUISITION_COMMAND_PORT",
            key: "commandPort",
            default: 5557,
            expected: Self.port,
            parse: { try? NumberArgument.port($0) }
        )
        commandPort = try Self.commandPort(port, address)
        subscriberPort = try sources.resolve(
            options.subscriberPort,
            flag: "--subscriber-port",
            variable: "ACQUISITION_SUBSCRIBER_PORT",
            key: "subscriberPort",
            default: 5556,
            expected: Self.port,
            parse: { try? NumberArgument.port($0) }
        )
        timeout = try sources.resolve(
            options.timeout,
            flag: "--timeout",
            variable: "ACQUISITION_TIMEOUT",
            key: "timeout",
            default: DurationArgument(.seconds(5)),
            expected: DurationArgument.expectation,
            parse: { DurationArgument($0) }
        )
        retries = try sources.resolve(
            options.retries,
            flag: "--retries",
            variable: "ACQUISITION_RETRIES",
            key: "retries",
            default: 0,
            expected: "a number between 0 and 65535",
            parse: { UInt16($0) }
        )
        dialect = try sources.resolve(
            options.dialect,
            flag: "--dialect",
            variable: "ACQUISITION_DIALECT",
            key: "dialect",
            default: .auto,
            expected: "current, legacy or auto",
            parse: DialectChoice.init(rawValue:)
        )
        curveKey = try sources.resolve(
            options.curveKey,
            flag: "--curve-key",
            variable: "ACQUISITION_CURVE_KEY",
            key: "curveKey",
            default: "",
            expected: "a file",
            parse: { $0 }
        )
        curveServerKey = try sources.resolve(
            options.curveServerKey,
            flag: "--curve-server-key",
            variable: "ACQUISITION_CURVE_SERVER_KEY",
            key: "curveServerKey",
            default: "",
            expected: "a key or a file",
            parse: { $0 }
        )
        definitions = try Definition.all(options.define, sources)
        talk = try TalkSettings(options.talk, sources, json: options.json)
        do {
            endpoints = try ServiceEndpoints(
                host: host.value,
                commandPort: commandPort.value,
                subscriberPort: subscriberPort.value
            )
        } catch {
            throw CommandFailure(.usage, error.message)
        }
        file = sources.file
        configFlag = options.talk.config
        environment = sources.environment
    }

    private static let port = "a port from 1 to 65535"

    /// The command port: the one behind the host counts as if it had been given where the host was.
    private static func commandPort(
        _ port: Sourced<UInt16>,
        _ address: Sourced<HostArgument>
    ) throws(CommandFailure) -> Sourced<UInt16> {
        guard let behind = address.value.port, address.source.rank <= port.source.rank else { return port }
        guard address.source.rank < port.source.rank || behind == port.value else {
            throw CommandFailure(
                .usage,
                "The command port is given twice: \(behind) behind the host (\(address.source)), and \(port.value) "
                    + "(\(port.source))",
                hint: "Give one of them."
            )
        }
        return Sourced(value: behind, source: address.source)
    }

    /// The keys that the configuration file may have.
    static let keys = [
        "host", "commandPort", "subscriberPort", "timeout", "retries", "dialect", "curveKey", "curveServerKey",
        "define",
        "color", "logFormat",
    ]

    /// The keys of the file that mean nothing.
    var unknownKeys: [String] {
        file?.members.members.map(\.key).filter { !Self.keys.contains($0) } ?? []
    }

    /// Each setting with its value and where that came from.
    var table: [(name: String, value: String, source: SettingSource)] {
        [
            ("host", host.value, host.source),
            ("command port", "\(commandPort.value)", commandPort.source),
            ("subscriber port", "\(subscriberPort.value)", subscriberPort.source),
            ("timeout", "\(timeout.value)", timeout.source),
            ("retries", "\(retries.value)", retries.source),
            ("dialect", dialect.value.rawValue, dialect.source),
            ("CURVE key", curveKey.value.isEmpty ? "none" : curveKey.value, curveKey.source),
            ("CURVE server key", curveServerKey.value.isEmpty ? "none" : curveServerKey.value, curveServerKey.source),
            ("color", talk.color.value.rawValue, talk.color.source),
            ("log format", talk.logFormat.value.rawValue, talk.logFormat.source),
        ] + definitions.map { ("name", "\($0.value)", $0.source) }
    }

    /// The options of the command line that say where the application is, to be given again.
    var flags: [String] {
        let all: [(name: String, value: String, source: SettingSource)] = [
            ("--host", host.value, host.source), ("--command-port", "\(commandPort.value)", commandPort.source),
            ("--subscriber-port", "\(subscriberPort.value)", subscriberPort.source),
            ("--curve-key", curveKey.value, curveKey.source),
            ("--curve-server-key", curveServerKey.value, curveServerKey.source),
        ]
        let given = all.flatMap { setting in
            if case .flag = setting.source { return [setting.name, setting.value] }
            return []
        }
        return given + (configFlag.map { ["--config", $0] } ?? [])
    }

    /// The keys to connect with; nil for none.
    ///
    /// - Throws: ``CommandFailure`` where one is missing or cannot be used.
    func credentials() throws(CommandFailure) -> CurveCredentials? {
        switch (curveKey.value.isEmpty, curveServerKey.value.isEmpty) {
        case (true, true): return nil
        case (false, true):
            throw CommandFailure(.usage, "--curve-key needs --curve-server-key", hint: "The application's service.key")
        case (true, false):
            throw CommandFailure(
                .usage,
                "--curve-server-key needs --curve-key, a key of your own",
                hint: "To make one: remote-console keys generate NAME"
            )
        case (false, false): break
        }
        do {
            let serverKey =
                try CurveKey(z85: curveServerKey.value) ?? Certificate(publicFile: curveServerKey.value).publicKey
            return try CurveCredentials(serverKey: serverKey, secretKeyFile: curveKey.value)
        } catch {
            throw CommandFailure(.usage, "\(error)", hint: "How keys are made: remote-console help keys")
        }
    }

    var commandEndpoint: String { endpoints.command }
    var subscriberEndpoint: String { endpoints.subscriber }
    /// The folder of Unix sockets that the host is; nil where it is a machine.
    var socketFolder: SocketFolder? { endpoints.folder }
}
