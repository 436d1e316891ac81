import AcquisitionModel

// The chapters as release 0.9.7 tells them: only kinds that it has. It says nothing about what they carry.

extension SessionSimulation {
    private typealias Kind = ApiEventKind.Legacy

    /// The day begins.
    mutating func writeLegacyDay() {
        add(TrainerEvent(kind: Kind.dayStarted), after: 0.2)
        add(TrainerEvent(kind: .trainingPlanLoad), after: 0.1)
        add(TrainerEvent(kind: .trainingPhaseEnter), after: 0.1)
        add(TrainerEvent(kind: Kind.headfixAutoTare), after: 0.2)
    }

    /// The animal comes.
    mutating func writeLegacyArrival() {
        add(TrainerEvent(kind: .tunnelEnter), after: 1, 3)
        add(TrainerEvent(kind: .loadCellEngagedChanged, context: ["isEngaged": true]), after: 0.1, 0.3)
        add(TrainerEvent(kind: .headfixBaselineChanged, context: ["baseline": 0.4]), after: 0.2)
        add(TrainerEvent(kind: .headbarPressureEngagedChanged, context: ["isEngaged": true]), after: 0.2, 0.5)
    }

    /// One recording, which that release calls a session: a pellet is brought, the animal reaches for it or does not.
    mutating func writeLegacyTrial(_ number: Int) {
        let context: JSONValue = ["session": JSONValue(number)]
        add(TrainerEvent(kind: Kind.sessionStarting, context: context), after: 0.5, 1)
        add(TrainerEvent(kind: Kind.sessionStarted, context: context), after: 0.1)
        addStep(Kind.pelletLoadCan, .pelletLoadBegin, .pelletLoadEnd)
        addStep(Kind.pelletSendCan, .pelletSendBegin, .pelletSendEnd)
        add(TrainerEvent(kind: Kind.pelletPresented), after: 0.1)
        counts.pelletsPresented += 1
        let count: JSONValue = ["count": JSONValue(counts.pelletsPresented)]
        add(TrainerEvent(kind: Kind.sessionPelletIncrease, context: ["count": 1]), after: 0.02)
        add(TrainerEvent(kind: Kind.dayIncreasePellet, context: count), after: 0.02)
        add(TrainerEvent(kind: Kind.pelletSeen), after: 0.1, 0.3)
        add(TrainerEvent(kind: Kind.sessionMouseSeen), after: 0.1, 0.6)
        if chance(60) { add(TrainerEvent(kind: Kind.pelletSuccessfulReach), after: 0.3, 1.5) }
        addStep(Kind.pelletCoverCan, .pelletCoverBegin, .pelletCoverEnd)
        add(TrainerEvent(kind: Kind.sessionEnding, context: context), after: 0.2, 0.5)
        add(TrainerEvent(kind: Kind.sessionEnded, context: context), after: 0.1)
        addStep(
            Kind.intersessionSegmentationCan,
            Kind.intersessionSegmentationBegin,
            Kind.intersessionSegmentationEnd
        )
        add(TrainerEvent(kind: Kind.intersessionSegmentationSave), after: 0.05)
        addStep(Kind.intersessionDetectionCan, Kind.intersessionDetectionBegin, Kind.intersessionDetectionEnd)
        add(TrainerEvent(kind: Kind.intersessionDetectionSave), after: 0.05)
        add(TrainerEvent(kind: .trainingProgressUpdate), after: 0.1)
    }

    /// The animal leaves.
    mutating func writeLegacyDeparture() {
        add(TrainerEvent(kind: .headbarPressureEngagedChanged, context: ["isEngaged": false]), after: 0.3, 0.8)
        add(TrainerEvent(kind: .loadCellEngagedChanged, context: ["isEngaged": false]), after: 0.3, 0.8)
        add(TrainerEvent(kind: .tunnelExit), after: 0.2, 1)
    }

    private mutating func addStep(_ can: ApiEventKind, _ begin: ApiEventKind, _ end: ApiEventKind) {
        add(TrainerEvent(kind: can), after: 0.05)
        add(TrainerEvent(kind: begin), after: 0.05, 0.2)
        add(TrainerEvent(kind: end), after: 0.2, 0.6)
    }
}
