/// How the system is set up: the answer to GET_CONFIGURATION (`protocol/autotrainer-0.12.0.json`,
/// `ApiSystemConfiguration`).
public struct ApiSystemConfiguration: WireCodable, Sendable, Hashable {
    /// The application's version.
    public var applicationVersion: String
    /// The device's identifier.
    public var deviceId: String
    /// Where the configuration lies.
    public var configurationLocation: String
    /// Where recordings go.
    public var dataLocation: String
    /// Where the animals' data lie.
    public var animalLocation: String
    /// Where logs go.
    public var logLocation: String
    /// The model that the analysis uses.
    public var inferenceModel: String

    /// A configuration.
    public init(
        applicationVersion: String,
        deviceId: String,
        configurationLocation: String,
        dataLocation: String,
        animalLocation: String,
        logLocation: String,
        inferenceModel: String
    ) {
        self.applicationVersion = applicationVersion
        self.deviceId = deviceId
        self.configurationLocation = configurationLocation
        self.dataLocation = dataLocation
        self.animalLocation = animalLocation
        self.logLocation = logLocation
        self.inferenceModel = inferenceModel
    }

    /// Reads the configuration; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        applicationVersion = try object.read("applicationVersion")
        deviceId = try object.read("deviceId")
        configurationLocation = try object.read("configurationLocation")
        dataLocation = try object.read("dataLocation")
        animalLocation = try object.read("animalLocation")
        logLocation = try object.read("logLocation")
        inferenceModel = try object.read("inferenceModel")
    }

    /// Writes the configuration as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("applicationVersion", applicationVersion)
            $0.field("deviceId", deviceId)
            $0.field("configurationLocation", configurationLocation)
            $0.field("dataLocation", dataLocation)
            $0.field("animalLocation", animalLocation)
            $0.field("logLocation", logLocation)
            $0.field("inferenceModel", inferenceModel)
        }
    }
}
