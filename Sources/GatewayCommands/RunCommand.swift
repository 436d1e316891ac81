import ArgumentParser
import ConsoleCommands
import DareplaneGateway
import GatewayCore

struct RunCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run all that a configuration file names, until a signal ends it."
    )

    @Option(
        help: ArgumentHelp("The configuration, in TOML.", valueName: "file"),
        completion: .file(extensions: ["toml"])
    )
    var config: String

    @OptionGroup var service: ServiceOptions
    @OptionGroup var talk: TalkOptions

    func serve() async throws {
        var configuration = try GatewayConfiguration(file: config)
        if let gateways = configuration.gateways {
            configuration.gateways?.service = service.applied(to: gateways.service)
        }
        try await Serving.run(configuration, talk.logger)
    }
}

/// What the commands for one gateway have in common.
struct OneGatewayOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where to listen, on loopback unless told otherwise.", valueName: "address"))
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "A configuration in TOML, of which other gateways' tables are left alone.",
            valueName: "file"
        ),
        completion: .file(extensions: ["toml"])
    )
    var config: String?

    @OptionGroup var service: ServiceOptions
    @OptionGroup var talk: TalkOptions

    /// The gateways that the file names; without a file none yet.
    func gateways() throws -> GatewayConfiguration.Gateways {
        var gateways = GatewayConfiguration.Gateways()
        if let config, let named = try GatewayConfiguration(file: config).gateways { gateways = named }
        gateways.service = service.applied(to: gateways.service)
        return gateways
    }
}
