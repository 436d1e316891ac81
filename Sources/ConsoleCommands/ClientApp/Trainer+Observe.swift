import AcquisitionModel

extension Trainer {
    /// Lets the status follow what is published, so that GET_STATUS and the events tell the same story.
    ///
    /// Kinds of release 0.9.7 change nothing, since its status says nothing about them.
    mutating func observe(_ event: TrainerEvent) {
        guard dialect == .current else { return }
        let event = ApiEvent(kind: event.kind, index: 0, context: event.context)
        observeDevices(event)
        observeTraining(event)
        observeCounts(event)
    }

    /// What tells that another day has begun since the last one did; nil on the same day.
    func beginDay(_ now: EventTime) -> TrainerEvent? {
        let path = SimulatedDay.path(now)
        guard status.project.dayPath != path else { return nil }
        return TrainerEvent(.dayStarted, DayStartedContext(date: SimulatedDay.midnight(now), dayPath: path))
    }

    private mutating func observeDevices(_ event: ApiEvent) {
        switch event.kind {
        case .tunnelGateOpenEnd: status.tunnelDevice.isGateOpen = true
        case .tunnelGateCloseEnd: status.tunnelDevice.isGateOpen = false
        case .tunnelFanOnEnd: status.tunnelDevice.isFanOn = true
        case .tunnelFanOffEnd: status.tunnelDevice.isFanOn = false
        default: break
        }
        if let payload = try? event.payload(.headfixBaselineChanged) {
            status.behavior.baselineMagnetIntensity = payload.baseline
        }
        if let payload = try? event.payload(.detectorChanged) {
            status.detectors.removeAll { $0.detectorId == payload.detectorId }
            status.detectors.append(payload)
        }
        if let payload = try? event.payload(.alarmChanged) {
            status.alarms.removeAll { $0.alarmId == payload.alarmId }
            status.alarms.append(payload)
        }
        if let payload = try? event.payload(.autoClampEnabledChanged) {
            status.behavior.isAutoClampEnabled = payload.isEnabled
        }
    }

    private mutating func observeTraining(_ event: ApiEvent) {
        if let payload = try? event.payload(.applicationModeChanged) { status.applicationMode = payload.mode }
        if let payload = try? event.payload(.trainingModeChanged) { status.trainingMode = payload.trainingMode }
        if let payload = try? event.payload(.sessionStarted) {
            status.project.sessionId = payload.sessionId
            status.project.trialId = 0
        }
        if let payload = try? event.payload(.trialStarted) {
            status.project.sessionId = payload.sessionId
            status.project.trialId = payload.trialId
        }
        if let payload = try? event.payload(.dayStarted), let path = payload.dayPath { status.project.dayPath = path }
        if let payload = try? event.payload(.animalSelected) { select(payload) }
        if let payload = try? event.payload(.animalCreated) { keep(payload) }
        if let payload = try? event.payload(.animalUpdated) { keep(payload) }
    }

    private mutating func select(_ animal: ApiAnimalStatus?) {
        status.animal = animal
        if let animal { keep(animal) }
    }

    private mutating func keep(_ animal: ApiAnimalStatus) {
        if let known = animals.firstIndex(where: { $0.identifier == animal.identifier }) {
            animals[known] = animal
        } else {
            animals.append(animal)
        }
        if status.animal?.identifier == animal.identifier { status.animal = animal }
    }

    private mutating func observeCounts(_ event: ApiEvent) {
        if let payload = try? event.payload(.pelletPresentedCountChanged) {
            status.behavior.reaches.pelletsPresented = payload.count
        }
        if let payload = try? event.payload(.pelletConsumedCountChanged) {
            status.behavior.reaches.pelletsConsumed = payload.count
        }
        if let payload = try? event.payload(.reachCountChanged) { status.behavior.reaches.reaches = payload.count }
        if let payload = try? event.payload(.successfulReachesCountChanged) {
            status.behavior.reaches.successfulReaches = payload.count
        }
        if let payload = try? event.payload(.dayPelletPresentedCountChanged) {
            count(payload, \.pelletsPresented)
        }
        if let payload = try? event.payload(.dayPelletConsumedCountChanged) { count(payload, \.pelletsConsumed) }
        if let payload = try? event.payload(.dayReachCountChanged) { count(payload, \.reaches) }
        if let payload = try? event.payload(.daySuccessfulReachesCountChanged) { count(payload, \.successfulReaches) }
    }

    /// The selected animal's counts: the day's is set, the total grows by as much.
    private mutating func count(_ change: CountChangeContext, _ path: WritableKeyPath<ApiReachStatus, Int>) {
        guard var animal = status.animal else { return }
        animal.reachStatusDay[keyPath: path] = change.count
        animal.reachStatusTotal[keyPath: path] += change.change
        keep(animal)
    }
}
