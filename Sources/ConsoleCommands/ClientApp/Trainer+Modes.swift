import AcquisitionModel

extension Trainer {
    /// SET_APPLICATION_MODE: `{"mode": number}` in, the mode in force out.
    mutating func setApplicationMode(_ data: JSONValue) -> TrainerAnswer {
        guard let number = data["mode"]?.int else {
            return modeFailed("The data must be {\"mode\": number}", modeInForce)
        }
        let mode = ApiApplicationMode(rawValue: number)
        guard ApiApplicationMode.published(in: dialect).contains(where: { $0.code == mode }) else {
            return modeFailed("\(number) is no application mode", modeInForce)
        }
        if isEmergencyStopped { return modeUnavailable("The trainer is stopped; resume it first") }
        if work != nil { return modeUnavailable("A calibration runs") }
        guard mode == .calibrationDcs || mode == .calibration3d else {
            let events = changeApplicationMode(to: mode)
            return TrainerAnswer(response: .success(modeInForce), events: events)
        }
        let work = begin(.calibration(mode))
        let events = changeApplicationMode(to: mode)
        let response = ApiCommandRequestResponse(.pendingWithNotification, data: modeInForce)
        return TrainerAnswer(response: response, events: events, later: work)
    }

    /// SET_TRAINING_MODE: `{"mode": number}` in, the mode in force out.
    mutating func setTrainingMode(_ data: JSONValue) -> TrainerAnswer {
        guard let number = data["mode"]?.int else {
            return modeFailed("The data must be {\"mode\": number}", trainingModeInForce)
        }
        let mode = ApiTrainingMode(rawValue: number)
        guard ApiTrainingMode.published(in: dialect).contains(where: { $0.code == mode }) else {
            return modeFailed("\(number) is no training mode", trainingModeInForce)
        }
        let events = changeTrainingMode(to: mode)
        return TrainerAnswer(response: .success(trainingModeInForce), events: events)
    }

    /// Changes the application mode; what is published: nothing where it stays as it is.
    mutating func changeApplicationMode(to mode: ApiApplicationMode) -> [TrainerEvent] {
        guard status.applicationMode != mode else { return [] }
        status.applicationMode = mode
        return dialect == .legacy ? [] : [TrainerEvent(.applicationModeChanged, ApplicationModeContext(mode: mode))]
    }

    /// Changes the training mode; what is published: nothing where it stays as it is.
    mutating func changeTrainingMode(to mode: ApiTrainingMode) -> [TrainerEvent] {
        guard status.trainingMode != mode else { return [] }
        status.trainingMode = mode
        return [TrainerEvent(.trainingModeChanged, TrainingModeContext(trainingMode: mode))]
    }

    var modeInForce: JSONValue { ["mode": JSONValue(status.applicationMode.rawValue)] }
    private var trainingModeInForce: JSONValue { ["mode": JSONValue(status.trainingMode.rawValue)] }

    private func modeFailed(_ message: String, _ inForce: JSONValue) -> TrainerAnswer {
        TrainerAnswer(response: .failed(message, data: inForce))
    }

    private func modeUnavailable(_ message: String) -> TrainerAnswer {
        TrainerAnswer(response: .unavailable(message, data: modeInForce))
    }
}
