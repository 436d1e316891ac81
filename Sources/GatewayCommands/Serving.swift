import AcquisitionModel
import AcquisitionZeroMQ
import ConsoleCommands
import DareplaneGateway
import GatewayCore
import LiaisonGateway
import Logging

/// Runs what a configuration names. Addresses go to standard output, a line each, for programs that asked for any free
/// port.
enum Serving {
    /// Serves until the task is cancelled. Where one part cannot go on, all end.
    static func run(_ configuration: GatewayConfiguration, _ talk: TalkOptions) async throws {
        let logger = try talk.logger()
        // A service waits for nobody who reads what it says.
        let announcer = Announcer(.standardOutput.dropping(talk.json ? .json : .text), isJSON: talk.json)
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let room = configuration.room { group.addTask { try await run(room, logger, announcer) } }
            if let gateways = configuration.gateways { group.addTask { try await run(gateways, logger, announcer) } }
            // The first that fails ends all.
            while try await group.next() != nil {}
        }
    }

    private static func run(
        _ configuration: GatewayConfiguration.Gateways,
        _ logger: Logger,
        _ announcer: Announcer
    ) async throws {
        let client = try configuration.service.client()
        defer { client.close() }
        let liveness = client.liveness()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await tell(liveness, of: client, logger) }
            group.addTask { await tellIfUnknown(configuration.service.host, logger) }
            defer { group.cancelAll() }
            let gateways = try configuration.gateways(client, logger) { announcer.mark($0) }
            let hasMarkers = configuration.liaison?.printMarkers == true && !announcer.isJSON
            try await GatewayGroup(gateways, logger: logger).run { name, address in
                // Liaison's marker names the address, and is looked for at the beginning of a line.
                if name == "liaison", hasMarkers { return }
                let text = "\(address)"
                try? announcer.say(
                    "\(name) listens on \(text)",
                    ["listening": .string(name), "address": .string(text)]
                )
            }
        }
    }

    /// How long the acquisition process may take to be found before a word is lost about it.
    private static let patience: Duration = .seconds(3)

    private static func tell(_ liveness: BoundedStream<Liveness>, of client: RpcClient, _ logger: Logger) async {
        async let first: Void = tellIfAway(client, logger)
        // The first is how it is before anything was tried.
        var isFirst = true
        for await state in liveness {
            if !isFirst || state != .offline { tell(state, of: client, logger) }
            isFirst = false
        }
        await first
    }

    /// Says at once where the name of the process's machine leads nowhere: it is looked up again and again all the same.
    private static func tellIfUnknown(_ host: String, _ logger: Logger) async {
        if SocketFolder.isMeant(by: host) { return }
        do {
            _ = try await HostResolver.shared.addresses(of: host)
        } catch let error as AddressError {
            logger.warning("The acquisition process cannot be found", metadata: ["reason": "\(error)"])
        } catch {
            // The program ends.
        }
    }

    private static func tellIfAway(_ client: RpcClient, _ logger: Logger) async {
        try? await Task.sleep(for: patience)
        guard !Task.isCancelled else { return }
        switch client.currentLiveness {
        case .offline: tell(.offline, of: client, logger)
        case .connected:
            logger.warning(
                "The acquisition process takes commands, and nothing is heard of it: is the port for events right?",
                metadata: ["option": "--subscriber-port"]
            )
        case .online, .stale: break
        }
    }

    private static func tell(_ state: Liveness, of client: RpcClient, _ logger: Logger) {
        switch state {
        case .online: logger.notice("The acquisition process is there")
        case .stale: logger.warning("The acquisition process is connected and silent")
        case .connected: logger.info("The acquisition process is connected; its heartbeat is awaited")
        case .offline:
            if let refusal = client.refusal {
                let isUnknown = refusal.code == .unknownHost
                logger.warning(
                    isUnknown
                        ? "The acquisition process cannot be found" : "The acquisition process does not let us in",
                    metadata: ["reason": "\(refusal)"]
                )
            } else {
                logger.warning("The acquisition process is not there; it is looked for")
            }
        }
    }

    private static func run(
        _ configuration: GatewayConfiguration.Room,
        _ logger: Logger,
        _ announcer: Announcer
    ) async throws {
        let service = try configuration.serve.service(logger)
        let room = ControlRoom(configuration.room, service: service, logger: logger)
        try service.start()
        if let endpoints = service.endpoints {
            let command = endpoints.command.joined(separator: " ")
            let subscriber = endpoints.subscriber.joined(separator: " ")
            try? announcer.say(
                "control-room answers on \(command), publishes on \(subscriber)",
                ["listening": "control-room", "command": .string(command), "subscriber": .string(subscriber)]
            )
        }
        // Modules have their time to end; where the process has none, they end by force.
        Interruption.shared.wait(configuration.room.settings.longestStop)
        let ending = Interruption.shared.atEnd { room.endAtOnce() }
        defer { Interruption.shared.forget(ending) }
        await room.run { try? announcer.say("control-room is ready", ["ready": "control-room"]) }
        await service.stop()
    }
}

/// What is said on standard output: a line for people, or a JSON object.
struct Announcer: Sendable {
    let isJSON: Bool
    private let output: Output

    init(_ output: Output, isJSON: Bool) {
        self.output = output
        self.isJSON = isJSON
    }

    /// Says the text to people, the object to programs.
    func say(_ text: String, _ object: JSONValue) throws(OutputError) {
        try output.line(isJSON ? object.description : text)
    }

    /// Writes text as it is, which other programs look for; nothing where everything is JSON.
    func mark(_ text: String) {
        if !isJSON { try? output.write(text) }
    }
}
