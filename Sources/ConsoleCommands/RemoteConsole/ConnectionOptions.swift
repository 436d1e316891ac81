import AcquisitionModel
import ArgumentParser

/// The options that every command of `remote-console` has; they may also stand before the command.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the application runs: a name, an address (also ::1, fe80::1%eth0), or ipc:// and its folder of Unix "
                + "sockets. Its command port may stand behind it: rig-1:5557, [::1]:5557. "
                + "[ACQUISITION_HOST] (default: 127.0.0.1)",
            valueName: "name"
        ),
        transform: HostArgument.parse
    )
    var host: HostArgument?

    @Option(
        help: ArgumentHelp("Its command port. [ACQUISITION_COMMAND_PORT] (default: 5557)", valueName: "n"),
        transform: NumberArgument.port
    )
    var commandPort: UInt16?

    @Option(
        help: ArgumentHelp("Its event port. [ACQUISITION_SUBSCRIBER_PORT] (default: 5556)", valueName: "n"),
        transform: NumberArgument.port
    )
    var subscriberPort: UInt16?

    @Option(
        help: ArgumentHelp(
            "How long to wait for an answer: 5s, 500ms, 2m. [ACQUISITION_TIMEOUT] (default: 5s)",
            valueName: "time"
        ),
        transform: DurationArgument.parse
    )
    var timeout: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "How often to give a command again within that time, where no answer comes. Only to an application whose "
                + "heartbeats say that it runs no command twice. [ACQUISITION_RETRIES] (default: 0)",
            valueName: "n"
        ),
        transform: NumberArgument.retries
    )
    var retries: UInt16?

    @Option(
        help: """
            The application's release: current (0.12.0), legacy (0.9.7), auto to find out. \
            [ACQUISITION_DIALECT] (default: auto)
            """
    )
    var dialect: DialectChoice?

    @Option(
        help: ArgumentHelp(
            "Your secret key, for an application that asks for keys; see 'keys'. [ACQUISITION_CURVE_KEY]",
            valueName: "file"
        ),
        completion: .file(extensions: ["key_secret"])
    )
    var curveKey: String?

    @Option(
        help: ArgumentHelp(
            "The application's public key: its file, or the key itself. [ACQUISITION_CURVE_SERVER_KEY]",
            valueName: "file|key"
        ),
        completion: .file(extensions: ["key"])
    )
    var curveServerKey: String?

    @Option(
        help: ArgumentHelp(
            "A name of the lab's own: openValve=90002 for a command, event:valveOpened=90001, topic:camera=7001. May be "
                + "repeated. [ACQUISITION_DEFINE, with commas]",
            valueName: "name=n"
        ),
        transform: Definition.parse
    )
    var define: [Definition] = []

    @Flag(help: "Write JSON: on standard output one object, or one object a line; on standard error too.")
    var json = false

    @OptionGroup
    var talk: TalkOptions
}

/// Which release the application at the other end speaks.
enum DialectChoice: String, Sendable, CaseIterable, ExpressibleByArgument {
    case current, legacy, auto

    /// The dialect, nil where it is to be found out.
    var dialect: Dialect? {
        switch self {
        case .current: .current
        case .legacy: .legacy
        case .auto: nil
        }
    }
}
