import AcquisitionModel

/// The simulated trainer: what it is doing, and what it answers. A value without I/O and without a clock; whoever owns
/// it publishes the events and waits for the work that its answers name.
///
/// The rules of each command are those of `protocol/autotrainer.md`, section 8.
struct Trainer: Sendable {
    /// The release that it speaks.
    let dialect: Dialect
    /// How it is set up: the answer to GET_CONFIGURATION.
    let configuration: ApiSystemConfiguration
    /// The animals that it knows: the answer to GET_ANIMALS.
    var animals: [ApiAnimalStatus]
    /// What is going on: the answer to GET_STATUS.
    var status: ApiSystemStatus
    /// Whether everything is stopped.
    private(set) var isEmergencyStopped = false
    /// Release 0.9.7: whether the acquisition runs.
    var isAcquiring = false
    /// What takes a while at present.
    var work: TrainerWork?
    private var lastWork = 0

    /// A trainer that idles, with two animals and nothing alarming.
    init(dialect: Dialect, configuration: ApiSystemConfiguration = .simulated, day: EventTime = .now) {
        self.dialect = dialect
        self.configuration = configuration
        animals = .simulated
        status = .simulated(animal: animals.first, day: day)
    }

    /// Whether a training session can go on.
    var isTraining: Bool {
        guard !isEmergencyStopped, work == nil else { return false }
        return switch dialect {
        case .current: [.running, .inDevice, .inTraining].contains(status.applicationMode)
        case .legacy: isAcquiring
        }
    }

    // MARK: - Commands

    /// What the trainer does about `request`.
    mutating func handle(_ request: ApiCommandRequest) -> TrainerAnswer {
        switch dialect {
        case .current: handleCurrent(request)
        case .legacy: handleLegacy(request)
        }
    }

    private mutating func handleCurrent(_ request: ApiCommandRequest) -> TrainerAnswer {
        if let path = Self.behaviourSwitch(for: request.command) { return setSwitch(path, request) }
        switch request.command {
        case .setApplicationMode: return setApplicationMode(request.data)
        case .setTrainingMode: return setTrainingMode(request.data)
        case .getConfiguration: return answer(configuration)
        case .getStatus: return answer(status)
        case .getAnimals: return answer(animals)
        default: return handleCommon(request)
        }
    }

    /// The commands that both releases have.
    mutating func handleCommon(_ request: ApiCommandRequest) -> TrainerAnswer {
        switch request.command {
        case .none:
            return TrainerAnswer(response: .success())
        case .emergencyStop:
            let events = emergencyStop(reason: "A client asked for it", code: .rpcService)
            return TrainerAnswer(response: .success(Self.clientsReason), events: events)
        case .emergencyResume:
            guard let events = emergencyResume(reason: "A client asked for it", code: .rpcService) else {
                return TrainerAnswer(response: .failed("The trainer is not stopped"))
            }
            return TrainerAnswer(response: .success(Self.clientsReason), events: events)
        case _ where request.number == .userDefined:
            // A lab's own, whichever it is.
            let echo: JSONValue = ["customCommand": request.customCommand, "data": request.data]
            return TrainerAnswer(response: .success(echo))
        default:
            return TrainerAnswer(response: Self.unknown)
        }
    }

    /// What real trainers answer to an emergency stop or its end that a client asked for.
    private static let clientsReason: JSONValue = ["reason": "RpcService"]
    /// What they answer to a command that they do not know.
    static let unknown = ApiCommandRequestResponse(
        .unrecognized,
        errorCode: 2,
        errorMessage: "The trainer does not know this command"
    )

    func answer(_ payload: some WireEncodable) -> TrainerAnswer {
        do {
            return TrainerAnswer(response: try .success(encoding: payload))
        } catch {
            return TrainerAnswer(response: .failed("\(error)"))
        }
    }

    // MARK: - Emergency

    /// Stops everything; what takes a while fails. Returns what is published, also when everything stood still before.
    mutating func emergencyStop(reason: String, code: ApiEmergencyStopReason) -> [TrainerEvent] {
        isEmergencyStopped = true
        var events: [TrainerEvent] = []
        switch dialect {
        case .current:
            let alarms = status.alarms.filter(\.isActive).map(\.alarmId)
            let context = EmergencyStopContext(reason: reason, reasonCode: code, activeAlarms: alarms)
            events.append(TrainerEvent(.emergencyStop, context))
        case .legacy:
            events.append(TrainerEvent(kind: .emergencyStop, context: ["reason": .string(reason)]))
        }
        if let work { events += interrupt(work) }
        return events
    }

    /// Ends the emergency stop. Returns what is published; nil where there was none.
    mutating func emergencyResume(reason: String, code: ApiEmergencyResumeReason) -> [TrainerEvent]? {
        guard isEmergencyStopped else { return nil }
        isEmergencyStopped = false
        switch dialect {
        case .current:
            let context = EmergencyResumeContext(reason: reason, reasonCode: code, resumedAlarms: [])
            return [TrainerEvent(.emergencyResume, context)]
        case .legacy:
            return [TrainerEvent(kind: .emergencyResume, context: ["reason": .string(reason)])]
        }
    }

    // MARK: - Work

    /// Begins something that takes a while.
    mutating func begin(_ kind: TrainerWork.Kind) -> TrainerWork {
        lastWork += 1
        let work = TrainerWork(id: lastWork, kind: kind)
        self.work = work
        return work
    }

    /// What `work` came to, now that its time is over: success with the events that end it, FAILED where an emergency
    /// stop came between.
    mutating func finish(_ work: TrainerWork) -> TrainerAnswer {
        let isInterrupted = self.work != work
        if !isInterrupted { self.work = nil }
        switch work.kind {
        case .calibration(let mode):
            if isInterrupted { return interruptedCalibration() }
            let ending = TrainerEvent(mode == .calibrationDcs ? .calibrationDcsCompleted : .calibration3dCompleted)
            let change = changeApplicationMode(to: .idle)
            return TrainerAnswer(response: .success(modeInForce), events: [ending] + change)
        case .startAcquisition, .stopAcquisition:
            if isInterrupted { return TrainerAnswer(response: .failed(Self.interruption)) }
            isAcquiring = work.kind == .startAcquisition
            let kind = isAcquiring ? ApiEventKind.Legacy.acquisitionStarted : ApiEventKind.Legacy.acquisitionEnded
            return TrainerAnswer(response: .success(), events: [TrainerEvent(kind: kind)])
        }
    }

    private func interruptedCalibration() -> TrainerAnswer {
        TrainerAnswer(response: .failed(Self.interruption, data: modeInForce))
    }

    private mutating func interrupt(_ work: TrainerWork) -> [TrainerEvent] {
        self.work = nil
        guard case .calibration(let mode) = work.kind else { return [] }
        let context = ReasonContext(reason: Self.interruption)
        let ending = TrainerEvent(mode == .calibrationDcs ? .calibrationDcsFailed : .calibration3dFailed, context)
        return [ending] + changeApplicationMode(to: .idle)
    }

    private static let interruption = "An emergency stop came between"
}
