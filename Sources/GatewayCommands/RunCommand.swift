import ArgumentParser
import ConsoleCommands
import DareplaneGateway
import GatewayCore
import IBLGateway
import LiaisonGateway

struct RunCommand: ServingCommand {
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
        try await Serving.run(configuration, talk)
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

struct DareplaneCommand: ServingCommand {
    static let configuration = CommandConfiguration(
        commandName: "dareplane",
        abstract: "Make the acquisition process a module of a Dareplane control room."
    )

    @Option(help: ArgumentHelp("How the module calls itself.", valueName: "name"))
    var name: String?

    @OptionGroup var options: OneGatewayOptions

    func serve() async throws {
        var gateways = try options.gateways()
        var settings = gateways.dareplane ?? DareplaneGatewaySettings()
        if let name { settings.name = name }
        if let listen = options.listen {
            settings.gateway.listen = try ListenAddress(listen, defaultPort: settings.gateway.listen.port)
        }
        gateways = GatewayConfiguration.Gateways(service: gateways.service, dareplane: settings)
        try await Serving.run(GatewayConfiguration(gateways: gateways), options.talk)
    }
}

struct IBLCommand: ServingCommand {
    static let configuration = CommandConfiguration(
        commandName: "ibl",
        abstract: "Make the acquisition process a rig of IBL controllers (iblutil.io.net).",
        discussion: "ADDRESS is a URI: udp://127.0.0.1:11001, the default, or tcp://…"
    )

    @OptionGroup var options: OneGatewayOptions

    func serve() async throws {
        var gateways = try options.gateways()
        var settings = gateways.ibl ?? IBLGatewaySettings()
        if let listen = options.listen {
            let uri = try RigURI(listen, allowsAnyPort: true)
            settings.transport = uri.transport
            settings.gateway.listen = uri.address
        }
        gateways = GatewayConfiguration.Gateways(service: gateways.service, ibl: settings)
        try await Serving.run(GatewayConfiguration(gateways: gateways), options.talk)
    }
}

struct LiaisonCommand: ServingCommand {
    static let configuration = CommandConfiguration(
        commandName: "liaison",
        abstract: "Make the acquisition process a backend of Liaison clients.",
        discussion: """
            Prints LIAISON:CONNECTED@host:port without a line's end when it can be reached, and LIAISON:DISCONNECTED@… at its \
            end, for programs that start it; 'rpc-gateway liaison-constants' tells them these markers.
            """
    )

    @Option(help: ArgumentHelp("A word that clients must know. Give it in a file rather than here.", valueName: "text"))
    var token: String?

    @OptionGroup var options: OneGatewayOptions

    func serve() async throws {
        var gateways = try options.gateways()
        var settings = gateways.liaison ?? LiaisonGatewaySettings()
        if let listen = options.listen {
            settings.gateway.listen = try ListenAddress(listen, defaultPort: settings.gateway.listen.port)
        }
        if let token { settings.admission.token = token }
        settings.printMarkers = true
        gateways = GatewayConfiguration.Gateways(service: gateways.service, liaison: settings)
        try await Serving.run(GatewayConfiguration(gateways: gateways), options.talk)
    }
}
