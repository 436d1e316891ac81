/// An event kind together with the type of its payload, so that the wrong pair does not compile.
///
/// ```swift
/// try service.sendEvent(.trialStarted, TrialStartedContext(sessionId: "s1", trialId: 3, reason: "user"))
/// try service.sendEvent(.tunnelEnter)
/// ```
///
/// A lab adds its own in an extension:
///
/// ```swift
/// struct ValveContext: CodablePayload {
///     var valve: Int
/// }
///
/// extension ApiEventType where Payload == ValveContext {
///     static var valveOpened: Self { Self(ApiEventKind.define(90_001, "valveOpened")) }
/// }
/// ```
public struct ApiEventType<Payload: WireCodable & Sendable>: Sendable, Hashable {
    /// The kind on the wire.
    public let kind: ApiEventKind

    /// Pairs `kind` with this payload type.
    public init(_ kind: ApiEventKind) { self.kind = kind }
}

/// The payload of an event that carries none: `context` is null.
public struct NoContext: WireCodable, Sendable, Hashable {
    /// No payload.
    public init() {}
    /// Accepts whatever is there.
    public init(json: JSONValue) {}
    /// Writes `null`.
    public func encode(to writer: inout JSONWriter) { writer.writeNull() }
}
