#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The payload of ``ApiEventKind/trainingPlanLoad``.
///
/// The identifier goes out as lower-case text with dashes.
public struct TrainingPlanContext: WireCodable, Sendable, Hashable {
    /// The plan's identifier.
    public var trainingPlanId: UUID

    /// A payload.
    public init(trainingPlanId: UUID) {
        self.trainingPlanId = trainingPlanId
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        trainingPlanId = try object.read("trainingPlanId")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("trainingPlanId", trainingPlanId)
        }
    }
}
