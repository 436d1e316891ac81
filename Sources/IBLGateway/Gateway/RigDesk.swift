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
    private let presence: ServicePresence
    private let settings: IBLGatewaySettings
    private let rigInfo: RigInfo
    private let logger: Logger
    private let most: Int
    private let state = Mutex(RigState())
    private let logins = Mutex(LoginMemory())
    private let silent = Mutex<Set<RigURI>>([])
    private let underWay = Mutex<[Place: Int]>([:])

    /// Where a controller's commands are counted. Those that end an experiment have a place of their own: they must not
    /// wait for the rest.
    private struct Place: Sendable, Hashable {
        let peer: RigURI
        let isStop: Bool
    }

    init(settings: IBLGatewaySettings, communicator: Communicator, giver: CommandGiver, logger: Logger) {
        self.settings = settings
        self.communicator = communicator
        self.giver = giver
        presence = ServicePresence(giver.client)
        rigInfo = RigInfo(fixed: settings.info)
        most = settings.gateway.limits.inFlightPerConnection
        self.logger = logger.safe
    }

    /// How the experiment stands.
    var present: RigState { state.withLock { $0 } }

    /// The acquisition process says whether it acquires.
    func acquires(_ isAcquiring: Bool) { state.withLock { $0.acquires(isAcquiring) } }

    /// The acquisition process was started again.
    func restarted() { state.withLock { $0.restarted() } }

    /// A controller over UDP did not echo what it was told: it is told nothing until it says something. Its connection is
    /// kept, so that an echo that comes late is not taken for a message.
    func becameSilent(_ peer: RigURI) {
        let known = Set(communicator.peers)
        silent.withLock { $0 = $0.intersection(known).union([peer]) }
    }

    /// The controllers that are told what happens.
    var listeners: [RigURI] {
        let silent = silent.withLock { $0 }
        return communicator.peers.filter { !silent.contains($0) }
    }

    /// What EXPINFO says, with everything that controllers read from it.
    ///
    /// - Parameters:
    ///   - said: what there is to say besides.
    ///   - status: the status that goes with it; nil for the present one.
    func info(_ said: JSONValue, _ status: ExpStatus? = nil) -> RigMessage {
        let present = self.present
        let status = status ?? present.status
        return .info(status, rigInfo.data(said, status: status, experiment: present.experiment))
    }

    /// Answers what arrives, each message in a task of its own, until the task is cancelled. The commands are given in the
    /// order in which the messages came.
    func serve(_ arriving: AsyncStream<RigEvent>) async {
        let order = InOrder()
        await withDiscardingTaskGroup { group in
            var number = 0
            for await event in arriving where event.message.event != .error {
                number += 1
                silent.withLock { _ = $0.remove(event.peer) }
                let isStop = event.message.event == .end || event.message.event == .interrupt
                let place = Place(peer: event.peer, isStop: isStop)
                let isAdmitted = begin(place)
                group.addTask(executorPreference: order) { [self, number] in
                    if isAdmitted {
                        await serve(event, number)
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

    private func serve(_ event: RigEvent, _ number: Int) async {
        do {
            guard let answer = try await answer(to: event, number) else { return }
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
    private func answer(to event: RigEvent, _ number: Int) async throws -> RigMessage? {
        let message = event.message
        if message.event == .alyx { return try await answerToLogin(event) }
        if message.event == .cleanup { state.withLock { $0.forgetExperiment() } }
        let named = try Self.experiment(of: message)
        let experiment = named ?? (message.event == .start ? present.experiment : nil)
        var data: JSONValue = .null
        let isMapped = giver.map[message.event.description] != nil
        if !isMapped || message.event == .info || message.event == .status {
            // Where nothing is asked of the process, what is answered claims that it is there all the same; and whoever
            // asks how it stands need not wait as long as a command may take.
            let isPreparing = message.event == .initialize
            try await presence.check(within: isPreparing ? .seconds(2) : .seconds(1), isAsked: isPreparing)
        }
        if isMapped {
            let arguments = Self.arguments(of: message, experiment)
            data = try await giver.give("\(message.event)", arguments, from: "\(event.peer)").data
        }
        let present = state.withLock { state in
            state.completed(message.event, named, by: event.peer, number: number)
            return state
        }
        return switch message.event {
        case .start: RigMessage(.start, [experiment.map { .string($0.text) } ?? .null, data])
        case .status: .status(present.status)
        case .info: info(message, data, present)
        default: RigMessage(message.event, [data])
        }
    }

    /// The answer to EXPINFO.
    private func info(_ message: RigMessage, _ data: JSONValue, _ present: RigState) -> RigMessage {
        var proposal: RigExperiment?
        // Older releases of iblrig leave the status out: `[64, {"subject": …}]`.
        let said = message.data.isNull ? message.elements.first : message.data
        if rigInfo.isMainSync, let subject = said?["subject"]?.string {
            proposal = present.numbers.next(of: subject, on: LocalDay.of())
        }
        let info = rigInfo.data(
            data,
            status: present.status,
            experiment: present.experiment,
            proposal: proposal
        )
        return .info(present.status, info)
    }

    /// The experiment that a message names; one that it misspells is refused.
    private static func experiment(of message: RigMessage) throws(GatewayError) -> RigExperiment? {
        switch message.event {
        case .start: try .reading(message.elements.first)
        case .initialize: try .reading(message.data.object?["expRef"])
        default: nil
        }
    }

    // MARK: - Logins

    /// Keeps a login, or answers the request for one, where the settings say so. The token is in no log, and goes to nobody
    /// but to who asks for it.
    private func answerToLogin(_ event: RigEvent) async throws -> RigMessage? {
        let message = event.message
        guard settings.keepsLogins else {
            if message.login != nil { return nil }
            throw GatewayError(.notMapped, "This rig has no login to Alyx: its gateway keeps none")
        }
        if let login = message.login {
            logger.info("A login is kept", metadata: ["login": "\(login)", "peer": "\(event.peer)"])
            for peer in logins.withLock({ $0.keep(login, from: event.peer) }) { await giveOn(login, to: peer) }
            return nil
        }
        let url = message.elements.first?.string
        let login = logins.withLock { logins in
            let login = logins.login(to: url)
            if login == nil { logins.wait(event.peer, for: url) }
            return login
        }
        guard let login else {
            throw GatewayError(.notConnected, "This rig has no such login to Alyx yet; it is sent when there is one")
        }
        logger.info("A login is given on", metadata: ["login": "\(login)", "peer": "\(event.peer)"])
        return .alyx(login)
    }

    private func giveOn(_ login: AlyxLogin, to peer: RigURI) async {
        do {
            try await communicator.send(.alyx(login), to: peer)
            logger.info("A login is given on", metadata: ["login": "\(login)", "peer": "\(peer)"])
        } catch {
            logger.warning("A login did not arrive", metadata: ["peer": "\(peer)", "reason": "\(error)"])
        }
    }

    /// What a message says, for the command: the members of its data, and the experiment.
    private static func arguments(of message: RigMessage, _ experiment: RigExperiment?) -> JSONValue {
        var arguments = message.data.object ?? JSONObject()
        if message.data.object == nil, !message.data.isNull { arguments.set("data", to: message.data) }
        if let reference = experiment?.reference {
            arguments.set("expRef", to: .string("\(reference)"))
            arguments.set("subject", to: .string(reference.subject))
            arguments.set("date", to: .string(reference.date))
            arguments.set("number", to: JSONValue(reference.number))
        }
        if let status = message.status { arguments.set("status", to: JSONValue(status.rawValue)) }
        return .object(arguments)
    }
}
