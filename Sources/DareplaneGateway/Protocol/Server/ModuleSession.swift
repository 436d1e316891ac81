import AcquisitionRPC
import GatewayCore
import Logging
import NIOCore

/// One connection of a control room to a module.
struct ModuleSession: Sendable {
    typealias Channel = NIOAsyncChannel<CommandSplitter.Item, ModuleOutgoing>

    private let server: ModuleServer
    private let outbound: NIOAsyncChannelOutboundWriter<ModuleOutgoing>
    private let callbacks: InFlight
    private let commands: InFlight
    private let stops: InFlight
    private let order = InOrder()
    private let peer: String
    private let logger: Logger

    init(
        _ server: ModuleServer,
        _ channel: Channel,
        _ outbound: NIOAsyncChannelOutboundWriter<ModuleOutgoing>,
        _ callbacks: InFlight
    ) {
        self.server = server
        self.outbound = outbound
        self.callbacks = callbacks
        commands = InFlight(most: server.settings.limits.inFlightPerConnection)
        stops = InFlight(most: server.settings.limits.inFlightPerConnection)
        peer = channel.channel.remoteAddress?.words ?? "-"
        var logger = server.logger
        logger[metadataKey: "peer"] = "\(peer)"
        self.logger = logger.safe
    }

    /// Serves until the control room leaves.
    func serve(
        _ inbound: NIOAsyncChannelInboundStream<CommandSplitter.Item>,
        _ id: Int,
        _ group: inout DiscardingTaskGroup
    ) async throws {
        logger.info("A control room connected")
        defer { logger.info("A control room left") }
        await answer("Connected to \(server.name)\n", .greeting)
        for try await item in inbound {
            switch item {
            case .command(let bytes): await take(ModuleCommand(bytes, limits: server.wireLimits), id, &group)
            case .tooLarge:
                logger.warning(
                    "A command was refused: it is too large",
                    metadata: ["most": "\(server.settings.limits.messageSize)"]
                )
            case .unfinished(let bytes): report(unfinished: bytes)
            }
        }
    }

    private func take(
        _ command: ModuleCommand,
        _ id: Int,
        _ group: inout DiscardingTaskGroup
    ) async {
        switch command {
        case .list:
            server.askedForCommands(id)
            await answer(server.list, .list)
        case .signOfLife:
            server.askedForLife(id)
            if await server.isAlive() {
                await answer("1")
            } else {
                server.repeats.warning(
                    "A sign of life was asked for and not given: what the module stands for is not there",
                    ["peer": "\(peer)"]
                )
            }
        case .undecodable(let text):
            logger.warning("A command was refused: it is not ASCII")
            await answer(text)
        case .refused(let error):
            logger.warning("A command was refused", metadata: ["reason": "\(error)"])
        case .close:
            server.commanded(id)
            logger.notice("A control room sent CLOSE: no new connections are taken")
            server.close()
        case .stop:
            server.commanded(id)
            stop(&group)
        case .run(let command): run(command, id, &group)
        }
    }

    /// Something stands without its `;`, and is no command as it stands. It is none that is known, or the rest is missing.
    private func report(unfinished bytes: [UInt8]) {
        var reason = "it has no ';' at its end"
        switch ModuleCommand(bytes, limits: server.wireLimits) {
        case .run(let command):
            do throws(GatewayError) { _ = try server.entry(for: command) } catch {
                reason += ", and as it stands: \(error)"
            }
        case .refused(let error): reason += ", and as it stands: \(error)"
        case .undecodable: reason += ", and is not ASCII"
        case .list, .signOfLife, .stop, .close: break
        }
        let text = String(decoding: bytes, as: UTF8.self).shortened
        logger.warning(
            "What a control room sent is no command",
            metadata: ["text": "'\(text)'", "reason": "\(reason)"]
        )
    }

    private func answer(_ text: String, _ kind: OutgoingPacer<ByteBuffer>.Kind = .answer) async {
        do {
            try await outbound.write(ModuleOutgoing(text: text, kind: kind))
        } catch {
            // It has left. What it sent before that counts all the same, and reading comes to its end by itself.
            logger.debug("An answer found nobody", metadata: ["reason": "\(NetworkReason.words(error))"])
        }
    }

    // MARK: - Commands

    private func run(_ command: PCOMM, _ id: Int, _ group: inout DiscardingTaskGroup) {
        let handler: ModuleCommandTable.Handler
        do throws(GatewayError) {
            handler = try server.entry(for: command).handler
        } catch {
            logger.warning(
                "A command was refused",
                metadata: ["command": "\(command.name.shortened)", "reason": "\(error)"]
            )
            return
        }
        server.commanded(id)
        guard commands.begin() else {
            logger.warning(
                "A command was refused: too many are under way",
                metadata: ["command": "\(command.name)", "most": "\(server.settings.limits.inFlightPerConnection)"]
            )
            return
        }
        logger.debug("A command", metadata: ["command": "\(command.name)"])
        let task = Task(executorPreference: order) {
            await carryOut(command, handler)
            commands.end()
        }
        let id = server.underWay.add(task)
        follow(task, &group) { server.underWay.remove(id) }
    }

    /// STOP takes its turn: what came before it has begun when it is ended.
    private func stop(_ group: inout DiscardingTaskGroup) {
        guard stops.begin() else {
            logger.warning("STOP is being carried out often enough already")
            server.underWay.cancelAll()
            return
        }
        let task = Task(executorPreference: order) {
            let count = server.underWay.cancelAll()
            logger.notice("A control room sent STOP", metadata: ["cancelled": "\(count)"])
            if let handler = server.handler(named: "STOP") { await carryOut(PCOMM("STOP"), handler) }
            stops.end()
        }
        follow(task, &group) {}
    }

    private func carryOut(_ command: PCOMM, _ handler: ModuleCommandTable.Handler) async {
        do {
            try await handler(ModuleCall(command, from: peer))
        } catch is CancellationError {
            logger.info("A command was cancelled", metadata: ["command": "\(command.name)"])
        } catch {
            logger.warning("A command failed", metadata: ["command": "\(command.name)", "reason": "\(error)"])
        }
    }

    /// Lets the group wait for a task, and cancel it. The group's own children could not begin in order.
    private func follow(
        _ task: Task<Void, Never>,
        _ group: inout DiscardingTaskGroup,
        finally: @escaping @Sendable () -> Void
    ) {
        group.addTask {
            await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            finally()
        }
    }

    // MARK: - Callbacks

    func send(callback text: String) async throws {
        guard callbacks.begin() else {
            throw GatewayError(.busy, "Too many callbacks wait to be sent already")
        }
        do {
            try await outbound.write(ModuleOutgoing(text: text, kind: .callback))
        } catch {
            callbacks.end()
            if error is CancellationError { throw error }
            throw GatewayError(.notConnected, "The control room has just left")
        }
    }
}
