import AcquisitionRPC
import Logging
import Synchronization

/// Does what controllers ask of the acquisition process, and answers them.
///
/// The communicator has echoed a message before it comes here, and leaves the gap before whatever is said next: an answer
/// is a message of the same event (`protocol/iblutil.md`, I22, I25), a failure is `[0, "GatewayError: …", event]` (I15).
final class RigDesk: Sendable {
    private let communicator: Communicator
    private let giver: CommandGiver
    private let logger: Logger
    private let most: Int
    private let state = Mutex(RigState())
    private let underWay = Mutex<[Place: Int]>([:])

    /// Where a controller's commands are counted. Those that end an experiment have a place of their own: they must not
    /// wait for the rest.
    private struct Place: Sendable, Hashable {
        let peer: RigURI
        let isStop: Bool
    }

    /// - Parameter most: how many commands one controller may have under way.
    init(communicator: Communicator, giver: CommandGiver, most: Int, logger: Logger) {
        self.communicator = communicator
        self.giver = giver
        self.most = most
        self.logger = logger.safe
    }

    /// How the experiment stands.
    var present: RigState { state.withLock { $0 } }

    /// The acquisition process says whether it acquires.
    func acquires(_ isAcquiring: Bool) { state.withLock { $0.acquires(isAcquiring) } }

    /// Answers what arrives, each message in a task of its own, until the task is cancelled.
    func serve(_ arriving: AsyncStream<RigEvent>) async {
        await withDiscardingTaskGroup { group in
            for await event in arriving where event.message.event != .error {
                let isStop = event.message.event == .end || event.message.event == .interrupt
                let place = Place(peer: event.peer, isStop: isStop)
                let isAdmitted = begin(place)
                group.addTask { [self] in
                    if isAdmitted {
                        await serve(event)
                        end(place)
                    } else {
                        await report(GatewayError(.busy, "\(most) commands are under way already"), event)
                    }
                }
            }
        }
    }

    private func begin(_ place: Place) -> Bool {
        underWay.withLock { counts in
            guard counts[place, default: 0] < most else { return false }
            counts[place, default: 0] += 1
            return true
        }
    }

    private func end(_ place: Place) {
        underWay.withLock { counts in counts[place] = counts[place].flatMap { $0 > 1 ? $0 - 1 : nil } }
    }

    // MARK: - One message

    private func serve(_ event: RigEvent) async {
        do {
            guard let answer = try await answer(to: event) else { return }
            do {
                try await communicator.send(answer, to: event.peer)
            } catch let error as GatewayError where error.code != .badValue && error.code != .busy {
                // It was carried out all the same.
                logger.warning("An answer did not arrive", metadata: ["reason": "\(error)"])
            }
        } catch let error as GatewayError {
            await report(error, event)
        } catch {
            // The gateway ends.
        }
    }

    private func report(_ error: GatewayError, _ event: RigEvent) async {
        logger.warning(
            "A controller's message was not carried out",
            metadata: ["event": "\(event.message.event)", "peer": "\(event.peer)", "reason": "\(error)"]
        )
        try? await communicator.report("GatewayError: \(error)", of: event.message.event, to: event.peer)
    }

    /// Carries a message out, and makes its answer; nil for what needs none.
    private func answer(to event: RigEvent) async throws -> RigMessage? {
        let message = event.message
        if message.event == .alyx {
            // The acquisition process has no use for a login, and none to give. The token is in no log.
            if message.login != nil { return nil }
            throw GatewayError(.notMapped, "This rig has no login to Alyx")
        }
        let reference = try reference(of: message)
        var data: JSONValue = .null
        if giver.map[message.event.description] != nil {
            let arguments = Self.arguments(of: message, reference)
            data = try await giver.give("\(message.event)", arguments, from: "\(event.peer)").data
        }
        let status = state.withLock { state in
            state.completed(message.event, by: event.peer)
            return state.status
        }
        return switch message.event {
        case .start: .start(reference, data)
        case .status: .status(status)
        case .info: .info(status, data)
        default: RigMessage(message.event, [data])
        }
    }

    /// The experiment that a message names; one that it misspells is refused.
    private func reference(of message: RigMessage) throws(GatewayError) -> ExperimentReference? {
        guard message.event == .start, let element = message.elements.first, !element.isNull else { return nil }
        guard let text = element.string else {
            throw GatewayError(.badValue, "An experiment reference is text, not \(element.kindInWords)")
        }
        return text.isEmpty ? nil : try ExperimentReference(text)
    }

    /// What a message says, for the command: the members of its data, and the experiment.
    private static func arguments(of message: RigMessage, _ reference: ExperimentReference?) -> JSONValue {
        var arguments = message.data.object ?? JSONObject()
        if message.data.object == nil, !message.data.isNull { arguments.set("data", to: message.data) }
        if let reference {
            arguments.set("expRef", to: .string("\(reference)"))
            arguments.set("subject", to: .string(reference.subject))
            arguments.set("date", to: .string(reference.date))
            arguments.set("number", to: JSONValue(reference.number))
        }
        if let status = message.status { arguments.set("status", to: JSONValue(status.rawValue)) }
        return .object(arguments)
    }
}
