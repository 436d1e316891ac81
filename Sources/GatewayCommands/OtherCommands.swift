import AcquisitionModel
import ArgumentParser
import ConsoleCommands
import LiaisonGateway

struct ControlRoomCommand: ServingCommand {
    static let configuration = CommandConfiguration(
        commandName: "control-room",
        abstract: "Start, watch and command Dareplane modules.",
        discussion: """
            Reads the files of Dareplane's own control room, the present form and the one before, launches the modules or \
            connects to them, passes on what they ask of one another, and answers as an RPC service:

              remote-console send userDefined --custom-command module-1.START --data '{"block": 3}'
              remote-console send userDefined --custom-command macro:START_ALL
              remote-console status
              remote-console events
            """
    )

    @Option(
        help: ArgumentHelp("The configuration, in TOML.", valueName: "file"),
        completion: .file(extensions: ["toml"])
    )
    var config: String

    @Option(
        help: ArgumentHelp("The port that answers commands; 0 for any that is free. (default: 5557)", valueName: "n"),
        transform: NumberArgument.portOrAny
    )
    var commandPort: UInt16?

    @Option(
        help: ArgumentHelp("The port that publishes events; 0 for any that is free. (default: 5556)", valueName: "n"),
        transform: NumberArgument.portOrAny
    )
    var subscriberPort: UInt16?

    @OptionGroup var talk: TalkOptions

    func serve() async throws {
        var configuration = try GatewayConfiguration(file: config)
        configuration.gateways = nil
        guard configuration.room != nil else {
            throw GatewayFailure(.usage, ["\(config): names no module: there is no table [modules.NAME]"])
        }
        if let commandPort { configuration.room?.serve.commandPort = commandPort }
        if let subscriberPort { configuration.room?.serve.subscriberPort = subscriberPort }
        try await Serving.run(configuration, talk)
    }
}

struct CheckCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with a configuration file, by line, and run nothing."
    )

    @Argument(help: "The configuration, in TOML.", completion: .file(extensions: ["toml"]))
    var file: String

    @Flag(help: "One JSON object a line, on standard output and on standard error.")
    var json = false

    func serve() async throws {
        let configuration = try GatewayConfiguration(file: file)
        let announcer = Announcer(.standardOutput, isJSON: json)
        for remark in configuration.remarks {
            let line = ConfigurationFile.line(remark, of: file)
            try announcer.say("remark: \(line)", ["remark": .string(line)])
        }
        for line in configuration.summary { try announcer.say(line, ["runs": .string(line)]) }
    }
}

struct LiaisonConstantsCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "liaison-constants",
        abstract:
            "Print the markers with which a Liaison backend tells that it begins and ends, as `liaison.constants` does."
    )

    func serve() async throws { try Output.standardOutput.write(LiaisonMarkers.constants) }
}
