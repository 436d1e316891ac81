import ConsoleCommands
import DareplaneGateway
import GatewayCore
import LiaisonGateway
import Logging

/// Runs what a configuration names. Addresses go to standard output, a line each, for programs that asked for any free
/// port.
enum Serving {
    /// Standard output, for which a service does not wait.
    private static let output = Output.standardOutput.dropping()

    /// Serves until the task is cancelled. Where one part cannot go on, all end.
    static func run(_ configuration: GatewayConfiguration, _ logger: Logger) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let room = configuration.room { group.addTask { try await run(room, logger) } }
            if let gateways = configuration.gateways { group.addTask { try await run(gateways, logger) } }
            // The first that fails ends all.
            while try await group.next() != nil {}
        }
    }

    private static func run(_ configuration: GatewayConfiguration.Gateways, _ logger: Logger) async throws {
        let client = try configuration.service.client()
        defer { client.close() }
        let liveness = client.liveness()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await tell(liveness, of: client, logger) }
            defer { group.cancelAll() }
            let gateways = try configuration.gateways(client, logger) { try? output.write($0) }
            let hasMarkers = configuration.liaison?.printMarkers == true
            try await GatewayGroup(gateways, logger: logger).run { name, address in
                // Liaison's marker names the address, and is looked for at the beginning of a line.
                if name == "liaison", hasMarkers { return }
                try? output.line("\(name) listens on \(address)")
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

    private static func tellIfAway(_ client: RpcClient, _ logger: Logger) async {
        try? await Task.sleep(for: patience)
        if !Task.isCancelled, client.currentLiveness == .offline { tell(.offline, of: client, logger) }
    }

    private static func tell(_ state: Liveness, of client: RpcClient, _ logger: Logger) {
        switch state {
        case .online: logger.notice("The acquisition process is there")
        case .stale: logger.warning("The acquisition process is connected and silent")
        case .offline:
            if let refusal = client.refusal {
                logger.warning("The acquisition process does not let us in", metadata: ["reason": "\(refusal)"])
            } else {
                logger.warning("The acquisition process is not there; it is looked for")
            }
        }
    }

    private static func run(_ configuration: GatewayConfiguration.Room, _ logger: Logger) async throws {
        let service = try configuration.serve.service(logger)
        let room = ControlRoom(configuration.room, service: service, logger: logger)
        try service.start()
        if let endpoints = service.endpoints {
            let command = endpoints.command.joined(separator: " ")
            let subscriber = endpoints.subscriber.joined(separator: " ")
            try? output.line("control-room answers on \(command), publishes on \(subscriber)")
        }
        // Modules have their time to end; where the process has none, they end by force.
        Interruption.shared.wait(configuration.room.settings.longestStop)
        let ending = Interruption.shared.atEnd { room.endAtOnce() }
        defer { Interruption.shared.forget(ending) }
        await room.run { try? output.line("control-room is ready") }
        await service.stop()
    }
}
