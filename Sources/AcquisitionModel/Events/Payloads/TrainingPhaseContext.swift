#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The payload of ``ApiEventKind/trainingPhaseEnter``, ``ApiEventKind/trainingPhaseExit`` and
/// ``ApiEventKind/trainingProgressUpdate``.
///
/// The identifier goes out as lower-case text with dashes.
public struct TrainingPhaseContext: WireCodable, Sendable, Hashable {
    /// The phase's identifier.
    public var trainingPhaseId: UUID

    /// A payload.
    public init(trainingPhaseId: UUID) {
        self.trainingPhaseId = trainingPhaseId
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        trainingPhaseId = try object.read("trainingPhaseId")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("trainingPhaseId", trainingPhaseId)
        }
    }
}
