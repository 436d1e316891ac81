import AcquisitionModel

/// What events carry, for example.
enum TrainerExamples {
    /// A payload of `kind`; nil where no simulated session has one.
    static func context(of kind: ApiEventKind) -> JSONValue? {
        switch kind {
        case .emergencyStop: return ["reason": "A person pressed the button", "reasonCode": 301, "activeAlarms": []]
        case .emergencyResume: return ["reason": "A person pressed the button", "reasonCode": 301, "resumedAlarms": []]
        case .applicationLaunched: return ["version": "1.0"]
        case .applicationTerminating, .calibrationDcsFailed, .calibration3dFailed: return ["reason": "too dark"]
        case .propertyChanged: return ["target": 1, "name": "brightness", "newValue": 3, "oldValue": 2]
        case .trainingModeChanged: return ["trainingMode": 300]
        default: break
        }
        let animal = [ApiAnimalStatus].simulated.first
        if kind == .animalCreated || kind == .animalUpdated { return try? animal?.json() }
        if kind == .systemStatus { return try? ApiSystemStatus.simulated(animal: animal).json() }
        var simulation = SessionSimulation(dialect: .current, seed: 1, animal: animal)
        for _ in 0..<1000 {
            if case .event(let event) = simulation.next().content, event.kind == kind { return event.context }
        }
        return nil
    }
}
