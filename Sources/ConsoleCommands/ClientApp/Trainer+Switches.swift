import AcquisitionModel

extension Trainer {
    /// The field of the status that a behaviour switch sets, and through which it is read back.
    static func behaviourSwitch(for command: ApiCommand) -> WritableKeyPath<ApiSystemStatus, Bool>? {
        switch command {
        case .setLiveAnalysisEnabled: \.behavior.isLiveAnalysisEnabled
        case .setPelletDeliveryEnabled: \.behavior.isPelletDeliveryEnabled
        case .setPelletCoverEnabled: \.behavior.isPelletCoverEnabled
        case .setIntertrialPelletShiftEnabled: \.behavior.isIntertrialPelletShiftEnabled
        case .setHomeOnExcessiveDriftEnabled: \.pelletDevice.isHomeOnExcessiveDriftEnabled
        case .setTrianglePelletDistanceDetectionEnabled: \.behavior.isTrianglePelletDistanceDetectionEnabled
        case .setAutoCloseGateOnIntertrialEnabled: \.behavior.isAutoCloseGateOnIntertrialEnabled
        case .setAutoClampEnabled: \.behavior.isAutoClampEnabled
        case .setTunnelSweepEnabled: \.pelletDevice.isTunnelSweepEnabled
        case .setBatchTrialsEnabled: \.behavior.isBatchTrialsEnabled
        default: nil
        }
    }

    /// A behaviour switch: `{"enabled": boolean}` in, the value in force out.
    mutating func setSwitch(
        _ path: WritableKeyPath<ApiSystemStatus, Bool>,
        _ request: ApiCommandRequest
    ) -> TrainerAnswer {
        guard let isEnabled = request.data["enabled"]?.bool else {
            let inForce: JSONValue = ["enabled": .bool(status[keyPath: path])]
            return TrainerAnswer(response: .failed("The data must be {\"enabled\": true or false}", data: inForce))
        }
        let isChange = status[keyPath: path] != isEnabled
        status[keyPath: path] = isEnabled
        var answer = TrainerAnswer(response: .success(["enabled": .bool(isEnabled)]))
        if isChange, request.command == .setAutoClampEnabled {
            answer.events.append(TrainerEvent(.autoClampEnabledChanged, IsEnabledContext(isEnabled: isEnabled)))
        }
        return answer
    }
}
