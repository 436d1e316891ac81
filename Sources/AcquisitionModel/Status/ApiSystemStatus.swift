/// Everything about the running system: the answer to GET_STATUS and the payload of ``ApiEventKind/systemStatus``
/// (`protocol/autotrainer-0.12.0.json`, `ApiSystemStatus`).
public struct ApiSystemStatus: WireCodable, Sendable, Hashable {
    /// What the application is doing.
    public var applicationMode: ApiApplicationMode
    /// Who decides what happens in the training.
    public var trainingMode: ApiTrainingMode
    /// The animal that is selected; nil where none is.
    public var animal: ApiAnimalStatus?
    /// Where the recordings go.
    public var project: ApiProjectStatus
    /// The alarms.
    public var alarms: [ApiAlarmStatus]
    /// The detectors.
    public var detectors: [ApiDetectorStatus]
    /// The pellet device.
    public var pelletDevice: ApiPelletDeviceStatus
    /// The tunnel device.
    public var tunnelDevice: ApiTunnelDeviceStatus
    /// What the task does by itself.
    public var behavior: ApiBehaviorStatus

    /// A status.
    public init(
        applicationMode: ApiApplicationMode,
        trainingMode: ApiTrainingMode,
        animal: ApiAnimalStatus?,
        project: ApiProjectStatus,
        alarms: [ApiAlarmStatus],
        detectors: [ApiDetectorStatus],
        pelletDevice: ApiPelletDeviceStatus,
        tunnelDevice: ApiTunnelDeviceStatus,
        behavior: ApiBehaviorStatus
    ) {
        self.applicationMode = applicationMode
        self.trainingMode = trainingMode
        self.animal = animal
        self.project = project
        self.alarms = alarms
        self.detectors = detectors
        self.pelletDevice = pelletDevice
        self.tunnelDevice = tunnelDevice
        self.behavior = behavior
    }

    /// Reads the status; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        applicationMode = try object.read("applicationMode")
        trainingMode = try object.read("trainingMode")
        animal = try object.read("animal")
        project = try object.read("project")
        alarms = try object.read("alarms")
        detectors = try object.read("detectors")
        pelletDevice = try object.read("pelletDevice")
        tunnelDevice = try object.read("tunnelDevice")
        behavior = try object.read("behavior")
    }

    /// Writes the status as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("applicationMode", applicationMode)
            $0.field("trainingMode", trainingMode)
            $0.field("animal", animal)
            $0.field("project", project)
            $0.field("alarms", alarms)
            $0.field("detectors", detectors)
            $0.field("pelletDevice", pelletDevice)
            $0.field("tunnelDevice", tunnelDevice)
            $0.field("behavior", behavior)
        }
    }
}
