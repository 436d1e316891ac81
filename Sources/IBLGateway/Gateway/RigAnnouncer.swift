import GatewayCore
import Logging

/// Tells controllers what happens in the acquisition process without being asked.
struct RigAnnouncer: Sendable {
    let settings: IBLGatewaySettings
    let client: RpcClient
    let communicator: Communicator
    let desk: RigDesk
    let logger: Logger

    private var dialect: Dialect { client.dialect ?? .current }

    /// What is to be announced.
    private enum News: Sendable {
        /// The status may be another one.
        case status
        /// An emergency, with what is said of it.
        case emergency(JSONValue)
        /// The process is not there any more.
        case gone(Liveness)
    }

    /// Follows the process until the task is cancelled.
    func run() async {
        // Heard from now on, before anybody asks how it stands.
        let kinds: Set<ApiEventKind> = [
            .applicationModeChanged, .emergencyStop, ApiEventKind.Legacy.acquisitionStarted,
            ApiEventKind.Legacy.acquisitionEnded,
        ]
        let events = client.messages(topics: [.event, .emergency], kinds: kinds)
        let (changes, change) = AsyncStream.makeStream(of: News.self, bufferingPolicy: .bufferingNewest(64))
        let relay = EventRelay(client: client, rules: settings.events, logger: logger)
        await withDiscardingTaskGroup { group in
            group.addTask { await follow(events) { change.yield($0) } }
            group.addTask { await lookAgain { change.yield($0) } }
            group.addTask { await announce(changes) }
            group.addTask { await relay.run { try await send($0) } }
        }
    }

    // MARK: - How it stands

    private func follow(_ events: BoundedStream<ApiMessage>, _ change: (News) -> Void) async {
        for await message in events {
            guard case .event(let event) = message.content else { continue }
            guard let isAcquiring = RigState.isAcquiring(after: event, in: dialect) else { continue }
            desk.acquires(isAcquiring)
            let said: JSONValue = ["event": "emergencyStop", "context": event.context]
            change(event.kind == .emergencyStop ? .emergency(said) : .status)
        }
    }

    /// Asks how it stands whenever the process is there, or is there again.
    private func lookAgain(_ change: (News) -> Void) async {
        var epoch: Int?
        var wasThere = false
        for await liveness in client.liveness() {
            guard liveness == .online else {
                if wasThere { change(.gone(liveness)) }
                wasThere = false
                continue
            }
            wasThere = true
            let present = client.lastHeartbeat?.epoch
            if let epoch, let present, epoch != present { desk.restarted() }
            epoch = present ?? epoch
            guard let reply = try? await client.request(.getStatus, keys: .asGiven), reply.result == .success,
                let isAcquiring = RigState.isAcquiring(status: reply.data, in: dialect)
            else { continue }
            desk.acquires(isAcquiring)
            change(.status)
        }
    }

    // MARK: - Telling

    /// Tells of changes: of an emergency at once, of others when the answers to commands are likely to be out. Whoever
    /// brought a change about knows of it already.
    private func announce(_ changes: AsyncStream<News>) async {
        var told = desk.present.status
        for await news in changes {
            if case .emergency = news {
            } else {
                guard (try? await Task.sleep(for: settings.announcementDelay.saturated, clock: .continuous)) != nil
                else {
                    return
                }
            }
            guard settings.announces else { continue }
            let present = desk.present
            if case .gone(let liveness) = news {
                // Nothing to tell where nothing was claimed, or where it is there again.
                let isClaimed = present.status == .initialized || present.status == .running
                if isClaimed, client.currentLiveness != .online { await reportGone(liveness) }
                continue
            }
            if present.status != told { await tellAll(.status(present.status), but: present.cause) }
            told = present.status
            if case .emergency(let said) = news { await tellAll(desk.info(said)) }
        }
    }

    /// Reports to everybody that nothing is known of the experiment any more.
    private func reportGone(_ liveness: Liveness) async {
        let reason = liveness == .stale ? "is silent" : "is not there any more"
        logger.warning("The acquisition process \(reason): controllers are told")
        for peer in desk.listeners {
            try? await communicator.report("GatewayError: The acquisition process \(reason)", of: .status, to: peer)
        }
    }

    /// Tells everybody. Over UDP, who does not echo is not told again until it says something.
    private func tellAll(_ message: RigMessage, but knowing: RigURI? = nil) async {
        await withDiscardingTaskGroup { group in
            for peer in desk.listeners where peer != knowing {
                group.addTask {
                    do {
                        try await communicator.send(message, to: peer)
                    } catch let error as GatewayError {
                        logger.info("A controller is gone", metadata: ["peer": "\(peer)", "reason": "\(error)"])
                        if error.code == .noAnswer, peer.transport == .udp { desk.becameSilent(peer) }
                    } catch {
                        // The gateway ends.
                    }
                }
            }
        }
    }

    /// Sends what a rule makes of an event: to everybody, or to the address that the rule names.
    private func send(_ message: EventRelay.Message) async throws {
        let event = try ExpMessage(named: message.name)
        let data = message.data
        let said: RigMessage =
            switch event {
            case .start: .start(try data["expRef"]?.string.map { try ExperimentReference($0) }, data)
            case .status: .status(data["status"]?.int.map(ExpStatus.init(rawValue:)) ?? desk.present.status)
            case .info: desk.info(data, data["status"]?.int.map(ExpStatus.init(rawValue:)))
            default: RigMessage(event, [data])
            }
        if message.target.isEmpty {
            await tellAll(said)
        } else {
            try await communicator.send(said, to: RigURI(message.target))
        }
    }
}
