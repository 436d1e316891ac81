import AcquisitionModel

extension Trainer {
    /// The commands as release 0.9.7 has them.
    mutating func handleLegacy(_ request: ApiCommandRequest) -> TrainerAnswer {
        switch request.command {
        case ApiCommand.Legacy.startAcquisition: acquisition(.startAcquisition)
        case ApiCommand.Legacy.stopAcquisition: acquisition(.stopAcquisition)
        case .getConfiguration: answer(legacyConfiguration)
        case .getStatus: answer(legacyStatus)
        default: handleCommon(request)
        }
    }

    private mutating func acquisition(_ kind: TrainerWork.Kind) -> TrainerAnswer {
        if isEmergencyStopped {
            return TrainerAnswer(response: .unavailable("The trainer is stopped; resume it first"))
        }
        if work != nil {
            return TrainerAnswer(response: .unavailable("The acquisition is already starting or stopping"))
        }
        guard isAcquiring == (kind == .stopAcquisition) else {
            let state = isAcquiring ? "runs already" : "does not run"
            return TrainerAnswer(response: .unavailable("The acquisition \(state)"))
        }
        return TrainerAnswer(response: ApiCommandRequestResponse(.pendingWithNotification), later: begin(kind))
    }

    private var legacyConfiguration: LegacyConfiguration {
        LegacyConfiguration(
            deviceId: configuration.deviceId,
            configurationLocation: configuration.configurationLocation,
            dataLocation: configuration.dataLocation,
            animalLocation: configuration.animalLocation,
            logLocation: configuration.logLocation,
            inferenceModel: configuration.inferenceModel
        )
    }

    /// The status as release 0.9.7 reports it.
    var legacyStatus: LegacyStatus {
        LegacyStatus(
            appStatus: isAcquiring ? .acquiring : .idle,
            trainingMode: status.trainingMode,
            animalId: status.animal?.identifier ?? ""
        )
    }
}
