import AcquisitionModel
import Foundation

// The chapters as release 0.12.0 tells them.

extension SessionSimulation {
    /// The day begins: the plan is loaded, an animal is chosen.
    mutating func writeDay() {
        let started = DayStartedContext(date: SimulatedDay.midnight(day), dayPath: dayPath)
        add(TrainerEvent(.dayStarted, started), after: 0.2)
        let plan = TrainingPlanContext(trainingPlanId: UUID(from: &random))
        add(TrainerEvent(.trainingPlanLoad, plan), after: 0.1)
        add(TrainerEvent(.trainingPhaseEnter, TrainingPhaseContext(trainingPhaseId: phase)), after: 0.1)
        add(TrainerEvent(.animalSelected, animal), after: 0.1)
        add(TrainerEvent(.headfixAutoTare), after: 0.2)
        addStatus(after: 0.1)
    }

    /// The animal comes, and a session starts.
    mutating func writeArrival() {
        addMovement(.tunnelGateOpenBegin, .tunnelGateOpenEnd, "arrival", after: 1, 3)
        add(TrainerEvent(.tunnelEnter), after: 0.5, 2)
        addMode(.inDevice)
        add(TrainerEvent(.loadCellEngagedChanged, IsEngagedContext(isEngaged: true)), after: 0.1, 0.3)
        addMovement(.tunnelFanOnBegin, .tunnelFanOnEnd, "arrival", after: 0.1, 0.2)
        let baseline = Double.random(in: 35...45, using: &random).rounded() / 100
        add(TrainerEvent(.headfixBaselineChanged, BaselineContext(baseline: baseline)), after: 0.1, 0.4)
        add(TrainerEvent(.headbarPressureEngagedChanged, IsEngagedContext(isEngaged: true)), after: 0.2, 0.5)
        add(TrainerEvent(.autoClampEngaged, IntensityContext(intensity: 0.8)), after: 0.1, 0.2)
        addMode(.inTraining)
        let started = SessionStartedContext(sessionId: session.id, isAnalysisDeferred: false)
        add(TrainerEvent(.sessionStarted, started), after: 0.2)
        addProject(trial: 0)
    }

    /// One trial: a pellet is brought, the animal reaches for it or does not, the recording is analysed.
    mutating func writeTrial(_ trial: Int) {
        let started = TrialStartedContext(
            sessionId: session.id,
            trialId: trial,
            reason: trial == 1 ? "session started" : "pellet wanted"
        )
        add(TrainerEvent(.trialStarted, started), after: 0.5, 1)
        let project = ProjectTrialChangedContext(root: Self.root, sessionId: session.id, trialId: trial)
        add(TrainerEvent(.projectTrialChanged, project), after: 0.05)
        bringPellet(trial)
        let reaches = watchAnimal(trial)
        add(TrainerEvent(.trialCaptureEnded, at(trial)), after: 0.5, 1)
        trials.captured += 1
        addMovement(.pelletRetractBegin, .pelletRetractEnd, "trial \(trial)", after: 0.1, 0.2)
        analyse(trial, reaches)
        if chance(20) { addDisturbance() }
        if trial % 2 == 0 { add(TrainerEvent(.trainingProgressUpdate, progress), after: 0.1) }
        addStatus(after: 0.2)
    }

    /// The session ends, and the animal leaves.
    mutating func writeDeparture() {
        let ended = SessionEndedContext(
            sessionId: session.id,
            captureTrialCount: trials.captured,
            analysisTrialCount: trials.captured - trials.failed,
            failedTrialCount: trials.failed
        )
        add(TrainerEvent(.sessionEnded, ended), after: 0.5)
        add(TrainerEvent(.autoClampPreDisengage, IntensityContext(intensity: 0.8)), after: 0.2)
        let tone = ReleaseToneContext(frequency: 4000, duration: 0.5)
        add(TrainerEvent(.autoClampPlayReleaseTone, tone), after: 0.1)
        add(TrainerEvent(.autoClampDisengaged, IntensityContext(intensity: 0)), after: 0.5)
        add(TrainerEvent(.headbarPressureEngagedChanged, IsEngagedContext(isEngaged: false)), after: 0.1, 0.3)
        addMode(.inDevice)
        add(TrainerEvent(.loadCellEngagedChanged, IsEngagedContext(isEngaged: false)), after: 0.3, 0.8)
        add(TrainerEvent(.tunnelExit), after: 0.2, 1)
        addMode(.running)
        addMovement(.tunnelFanOffBegin, .tunnelFanOffEnd, "departure", after: 0.1, 0.2)
        addMovement(.tunnelGateCloseBegin, .tunnelGateCloseEnd, "departure", after: 0.2, 0.5)
        addStatus(after: 0.5)
    }

    // MARK: - Scenes

    private mutating func bringPellet(_ trial: Int) {
        let context = "trial \(trial)"
        addMovement(.pelletLoadBegin, .pelletLoadEnd, context, after: 0.1, 0.3)
        if chance(10) {
            let drift = Vector3Context(x: distance(), y: distance(), z: distance())
            add(TrainerEvent(.pelletDriftReset, PelletDriftResetContext(drift: drift)), after: 0.1)
        }
        addMovement(.pelletSendBegin, .pelletSendEnd, context, after: 0.1, 0.3)
        addMovement(.pelletReleaseBegin, .pelletReleaseEnd, context, after: 0.05, 0.1)
        add(TrainerEvent(.trialPelletPresented, at(trial)), after: 0.05)
        addCounts(.pelletPresentedCountChanged, .dayPelletPresentedCountChanged, \.pelletsPresented, by: 1)
        add(TrainerEvent(.trialPelletSeen, seen(trial)), after: 0.1, 0.3)
        add(TrainerEvent(.trialAnimalSeen, seen(trial)), after: 0.1, 0.6)
    }

    private mutating func watchAnimal(_ trial: Int) -> [ReachEvent] {
        guard chance(85) else { return [] }
        add(TrainerEvent(.trialRightHandSeen, seen(trial)), after: 0.2, 1.5)
        var frame = Int.random(in: 80...200, using: &random)
        return (0..<Int.random(in: 1...3, using: &random)).map { _ in
            let length = Int.random(in: 20...60, using: &random)
            let outcomes: [ReachEventOutcome] = [.missed, .stalled, .dropped, .eaten, .eaten]
            let reach = ReachEvent(
                start: frame,
                end: frame + length,
                max: frame + length / 2,
                method: chance(90) ? .rightHand : .tongue,
                outcome: outcomes.randomElement(using: &random) ?? .missed,
                delaySincePresented: Double(frame) / 200
            )
            frame += length + Int.random(in: 30...120, using: &random)
            return reach
        }
    }

    private mutating func analyse(_ trial: Int, _ reaches: [ReachEvent]) {
        let context = AnalysisTrialContext(sessionId: session.id, trialId: trial, batchId: nil)
        add(TrainerEvent(.intertrialSegmentationBegin, context), after: 0.1)
        if chance(4) {
            let error = IntertrialErrorContext(
                sessionId: session.id,
                trialId: trial,
                batchId: nil,
                error: "The animal is hidden in most of the pictures"
            )
            add(TrainerEvent(.intertrialSegmentationError, error), after: 0.3, 0.6)
            trials.failed += 1
            return end(trial, .analysisFailed)
        }
        add(TrainerEvent(.intertrialSegmentationEnd, context), after: 0.3, 0.6)
        add(TrainerEvent(.intertrialSegmentationSave, saved(trial, "segmentation")), after: 0.05)
        add(TrainerEvent(.intertrialDetectionBegin, context), after: 0.05)
        add(TrainerEvent(.intertrialDetectionEnd, context), after: 0.2, 0.4)
        add(TrainerEvent(.intertrialDetectionSave, saved(trial, "detection")), after: 0.05)
        let found = TrialReachEventsContext(
            sessionId: session.id,
            trialId: trial,
            batchId: nil,
            trialReachEvents: reaches
        )
        add(TrainerEvent(.trialReachEvents, found), after: 0.05)
        let eaten = reaches.contains { $0.outcome == .eaten } ? 1 : 0
        respond(trial, reaches, eaten: eaten)
        if !reaches.isEmpty {
            addCounts(.reachCountChanged, .dayReachCountChanged, \.reaches, by: reaches.count)
        }
        if eaten > 0 {
            addCounts(.successfulReachesCountChanged, .daySuccessfulReachesCountChanged, \.successfulReaches, by: eaten)
            addCounts(.pelletConsumedCountChanged, .dayPelletConsumedCountChanged, \.pelletsConsumed, by: eaten)
        } else if reaches.count > 1 {
            let shift = PelletShiftContext(
                sessionId: session.id,
                trialId: trial,
                batchId: nil,
                source: .reachFailures,
                shift: Vector3Context(x: 0, y: distance(), z: 0),
                deferred: false
            )
            add(TrainerEvent(.intertrialPelletShift, shift), after: 0.1)
        }
        end(trial, .analysisSucceeded)
    }

    private mutating func respond(_ trial: Int, _ reaches: [ReachEvent], eaten: Int) {
        let response = IntertrialResponse(
            rhMaxVpList: reaches.map { _ in [distance(), distance(), distance()] },
            reachEvents: reaches,
            otherEvents: [],
            handEvents: reaches.filter { $0.method == .rightHand },
            foodConsumed: eaten,
            successfulReaches: eaten,
            totalReaches: reaches.count
        )
        let context = IntertrialResponseContext(
            sessionId: session.id,
            trialId: trial,
            batchId: nil,
            responseData: response
        )
        add(TrainerEvent(.intertrialResponse, context), after: 0.05)
    }

    private mutating func end(_ trial: Int, _ result: CaptureAnalysisResult) {
        let ended = TrialEndedContext(sessionId: session.id, trialId: trial, result: result)
        add(TrainerEvent(.trialEnded, ended), after: 0.2)
    }

    /// A detector, sometimes with its alarm, comes and goes.
    private mutating func addDisturbance() {
        let pairs: [(ApiDetectorKind, ApiAlarmKind?)] = [
            (.loadCellThrash, .thrashing), (.pelletMisplaced, nil), (.pelletRefillCountExceeded, .systemMaintenance),
        ]
        guard let (detector, alarm) = pairs.randomElement(using: &random) else { return }
        for isActive in [true, false] {
            let detected = ApiDetectorStatus(detectorId: detector, isActive: isActive, isEnabled: true)
            add(TrainerEvent(.detectorChanged, detected), after: isActive ? 0.2 : 1)
            guard let alarm else { continue }
            let status = ApiAlarmStatus(
                alarmId: alarm,
                isActive: isActive,
                isEnabled: true,
                isAutoResumeEnabled: true
            )
            add(TrainerEvent(.alarmChanged, status), after: 0.1)
        }
    }

    // MARK: - Pieces

    private mutating func addMovement(
        _ begin: ApiEventType<CommandContext>,
        _ end: ApiEventType<CommandContext>,
        _ context: String,
        after least: Double,
        _ most: Double
    ) {
        add(TrainerEvent(begin, CommandContext(context: context)), after: least, most)
        add(TrainerEvent(end, CommandContext(context: context)), after: 0.2, 0.6)
    }

    private mutating func addMode(_ mode: ApiApplicationMode) {
        add(TrainerEvent(.applicationModeChanged, ApplicationModeContext(mode: mode)), after: 0.05)
    }

    private mutating func addProject(trial: Int) {
        let project = ProjectChangedContext(
            root: Self.root,
            deviceId: deviceId,
            day: SimulatedDay.name(day),
            sessionId: session.id,
            trialId: trial
        )
        add(TrainerEvent(.projectChanged, project), after: 0.05)
    }

    /// Counts up, of the program's run and of the animal's day.
    private mutating func addCounts(
        _ event: ApiEventType<CountChangeContext>,
        _ dayEvent: ApiEventType<CountChangeContext>,
        _ path: WritableKeyPath<ApiReachStatus, Int>,
        by change: Int
    ) {
        counts[keyPath: path] += change
        let context = CountChangeContext(change: change, count: counts[keyPath: path])
        add(TrainerEvent(event, context), after: 0.02)
        add(TrainerEvent(dayEvent, context), after: 0.02)
    }

    private func at(_ trial: Int) -> SessionTrialContext { SessionTrialContext(sessionId: session.id, trialId: trial) }

    private func seen(_ trial: Int) -> TrialSeenContext {
        TrialSeenContext(sessionId: session.id, trialId: trial, batchId: nil)
    }

    private func saved(_ trial: Int, _ what: String) -> IntertrialSaveContext {
        IntertrialSaveContext(
            sessionId: session.id,
            trialId: trial,
            batchId: nil,
            location: "\(dayPath)/\(session.id)/\(trial)/\(what).json"
        )
    }

    private mutating func distance() -> Double { Double.random(in: -200...200, using: &random).rounded() / 100 }

    private var progress: TrainingPhaseContext { TrainingPhaseContext(trainingPhaseId: phase) }
    private var phase: UUID {
        var generator = SplitMix64(seed: ~seed)
        return UUID(from: &generator)
    }
    private var dayPath: String { SimulatedDay.path(day) }
    private static let root = ApiSystemConfiguration.simulated.dataLocation
}

extension UUID {
    /// An identifier out of random numbers.
    fileprivate init(from random: inout SplitMix64) {
        let (high, low) = (random.next(), random.next())
        var bytes = [UInt8]()
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: high >> shift)) }
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: low >> shift)) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        self = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
