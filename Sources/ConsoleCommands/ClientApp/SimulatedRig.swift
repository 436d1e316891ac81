import AcquisitionModel

extension ApiSystemConfiguration {
    /// An invented rig.
    static let simulated = ApiSystemConfiguration(
        applicationVersion: "1.0.0-simulated",
        deviceId: "rig-simulated",
        configurationLocation: "/srv/trainer/configuration",
        dataLocation: "/srv/trainer/data",
        animalLocation: "/srv/trainer/animals",
        logLocation: "/srv/trainer/logs",
        inferenceModel: "/srv/trainer/models/reach.onnx"
    )
}

extension [ApiAnimalStatus] {
    /// Two invented animals.
    static let simulated: [ApiAnimalStatus] = [
        ApiAnimalStatus(
            identifier: "m-0042",
            name: "Hazel",
            dcsSendX: 12.5,
            dcsSendY: -3.25,
            dcsSendZ: 41,
            targetYLimit: 6.5,
            reachStatusTotal: ApiReachStatus(
                pelletsPresented: 820,
                pelletsConsumed: 455,
                reaches: 1204,
                successfulReaches: 455
            ),
            reachStatusDay: ApiReachStatus()
        ),
        ApiAnimalStatus(
            identifier: "m-0043",
            name: "Juniper",
            dcsSendX: 12,
            dcsSendY: -2.75,
            dcsSendZ: 40.5,
            targetYLimit: nil,
            reachStatusTotal: ApiReachStatus(),
            reachStatusDay: ApiReachStatus()
        ),
    ]
}

extension ApiSystemStatus {
    /// The status of an invented rig that idles.
    static func simulated(animal: ApiAnimalStatus?, day: EventTime = .now) -> ApiSystemStatus {
        ApiSystemStatus(
            applicationMode: .idle,
            trainingMode: .manual,
            animal: animal,
            project: ApiProjectStatus(dayPath: SimulatedDay.path(day), trialId: 0, sessionId: ""),
            alarms: [
                ApiAlarmStatus(
                    alarmId: .externalDoors,
                    isActive: false,
                    isEnabled: true,
                    isAutoResumeEnabled: true,
                    isStopCondition: true
                ),
                ApiAlarmStatus(alarmId: .thrashing, isActive: false, isEnabled: true, isStopCondition: true),
                ApiAlarmStatus(alarmId: .systemMaintenance, isActive: false, isEnabled: true),
            ],
            detectors: [
                ApiDetectorStatus(detectorId: .frontDoor, isActive: false, isEnabled: true),
                ApiDetectorStatus(detectorId: .slidingDoor, isActive: false, isEnabled: true),
                ApiDetectorStatus(detectorId: .loadCellThrash, isActive: false, isEnabled: true),
                ApiDetectorStatus(detectorId: .pelletMisplaced, isActive: false, isEnabled: true),
            ],
            pelletDevice: ApiPelletDeviceStatus(
                dcsSendX: 12.5,
                dcsSendY: -3.25,
                dcsSendZ: 41,
                isHomeOnExcessiveDriftEnabled: true
            ),
            tunnelDevice: ApiTunnelDeviceStatus(magnetIntensity: 0.4),
            behavior: ApiBehaviorStatus(
                baselineMagnetIntensity: 0.4,
                reaches: ApiReachStatus(),
                isLiveAnalysisEnabled: true,
                isPelletDeliveryEnabled: true,
                isPelletCoverEnabled: true
            )
        )
    }
}
