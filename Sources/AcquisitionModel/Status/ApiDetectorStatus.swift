/// One detector and its state (`protocol/autotrainer-0.12.0.json`, `ApiDetectorStatus`).
public struct ApiDetectorStatus: WireCodable, Sendable, Hashable {
    /// What the detector watches.
    public var detectorId: ApiDetectorKind
    /// Whether it is active now.
    public var isActive: Bool
    /// Whether the detector is switched on.
    public var isEnabled: Bool

    /// A status.
    public init(detectorId: ApiDetectorKind, isActive: Bool, isEnabled: Bool) {
        self.detectorId = detectorId
        self.isActive = isActive
        self.isEnabled = isEnabled
    }

    /// Reads the status; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        detectorId = try object.read("detectorId")
        isActive = try object.read("isActive")
        isEnabled = try object.read("isEnabled")
    }

    /// Writes the status as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("detectorId", detectorId)
            $0.field("isActive", isActive)
            $0.field("isEnabled", isEnabled)
        }
    }
}
