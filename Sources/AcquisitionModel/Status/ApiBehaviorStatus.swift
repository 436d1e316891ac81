/// What the task does by itself, and its counts (`protocol/autotrainer-0.12.0.json`, `ApiBehaviorStatus`).
public struct ApiBehaviorStatus: WireCodable, Sendable, Hashable {
    /// The magnet's intensity at the baseline.
    public var baselineMagnetIntensity: Double
    /// The counts of pellets and reaches.
    public var reaches: ApiReachStatus
    /// Whether trials are analysed while they are recorded.
    public var isLiveAnalysisEnabled: Bool
    /// Whether pellets are delivered.
    public var isPelletDeliveryEnabled: Bool
    /// Whether pellets are covered.
    public var isPelletCoverEnabled: Bool
    /// Whether the pellet's position is shifted between trials.
    public var isIntertrialPelletShiftEnabled: Bool
    /// Whether the distance between triangle and pellet is watched.
    public var isTrianglePelletDistanceDetectionEnabled: Bool
    /// Whether the gate closes by itself between trials.
    public var isAutoCloseGateOnIntertrialEnabled: Bool
    /// Whether the clamp works by itself.
    public var isAutoClampEnabled: Bool
    /// Whether trials are analysed in batches.
    public var isBatchTrialsEnabled: Bool

    /// A status.
    public init(
        baselineMagnetIntensity: Double,
        reaches: ApiReachStatus,
        isLiveAnalysisEnabled: Bool = false,
        isPelletDeliveryEnabled: Bool = false,
        isPelletCoverEnabled: Bool = false,
        isIntertrialPelletShiftEnabled: Bool = false,
        isTrianglePelletDistanceDetectionEnabled: Bool = false,
        isAutoCloseGateOnIntertrialEnabled: Bool = false,
        isAutoClampEnabled: Bool = false,
        isBatchTrialsEnabled: Bool = false
    ) {
        self.baselineMagnetIntensity = baselineMagnetIntensity
        self.reaches = reaches
        self.isLiveAnalysisEnabled = isLiveAnalysisEnabled
        self.isPelletDeliveryEnabled = isPelletDeliveryEnabled
        self.isPelletCoverEnabled = isPelletCoverEnabled
        self.isIntertrialPelletShiftEnabled = isIntertrialPelletShiftEnabled
        self.isTrianglePelletDistanceDetectionEnabled = isTrianglePelletDistanceDetectionEnabled
        self.isAutoCloseGateOnIntertrialEnabled = isAutoCloseGateOnIntertrialEnabled
        self.isAutoClampEnabled = isAutoClampEnabled
        self.isBatchTrialsEnabled = isBatchTrialsEnabled
    }

    /// Reads the status; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        baselineMagnetIntensity = try object.read("baselineMagnetIntensity")
        reaches = try object.read("reaches")
        isLiveAnalysisEnabled = try object.read("isLiveAnalysisEnabled", default: false)
        isPelletDeliveryEnabled = try object.read("isPelletDeliveryEnabled", default: false)
        isPelletCoverEnabled = try object.read("isPelletCoverEnabled", default: false)
        isIntertrialPelletShiftEnabled = try object.read("isIntertrialPelletShiftEnabled", default: false)
        isTrianglePelletDistanceDetectionEnabled = try object.read(
            "isTrianglePelletDistanceDetectionEnabled",
            default: false
        )
        isAutoCloseGateOnIntertrialEnabled = try object.read("isAutoCloseGateOnIntertrialEnabled", default: false)
        isAutoClampEnabled = try object.read("isAutoClampEnabled", default: false)
        isBatchTrialsEnabled = try object.read("isBatchTrialsEnabled", default: false)
    }

    /// Writes the status as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("baselineMagnetIntensity", baselineMagnetIntensity)
            $0.field("reaches", reaches)
            $0.field("isLiveAnalysisEnabled", isLiveAnalysisEnabled)
            $0.field("isPelletDeliveryEnabled", isPelletDeliveryEnabled)
            $0.field("isPelletCoverEnabled", isPelletCoverEnabled)
            $0.field("isIntertrialPelletShiftEnabled", isIntertrialPelletShiftEnabled)
            $0.field("isTrianglePelletDistanceDetectionEnabled", isTrianglePelletDistanceDetectionEnabled)
            $0.field("isAutoCloseGateOnIntertrialEnabled", isAutoCloseGateOnIntertrialEnabled)
            $0.field("isAutoClampEnabled", isAutoClampEnabled)
            $0.field("isBatchTrialsEnabled", isBatchTrialsEnabled)
        }
    }
}
