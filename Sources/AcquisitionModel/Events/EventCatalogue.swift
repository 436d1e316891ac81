/// Which payload belongs to which event kind of release 0.12.0, for programs that learn the kind only at run time.
///
/// A program that knows the kind when it is compiled uses ``ApiEventType`` instead.
public enum EventCatalogue {
    /// The payload type of each kind. Kinds without payload have ``NoContext``; kinds that are not here belong to
    /// a lab or to another release.
    public static let payloads: [ApiEventKind: any (WireCodable & Sendable).Type] = Dictionary(
        uniqueKeysWithValues: table.map { ($0.kind, $0.payload) }
    )

    /// Checks that `context` is what `kind` carries; a kind that is not in ``payloads`` may carry anything.
    ///
    /// - Throws: ``WireError`` that says what was expected and where in the context.
    public static func validate(context: JSONValue, for kind: ApiEventKind) throws(WireError) {
        guard let payload = payloads[kind] else { return }
        if payload == NoContext.self, !context.isNull {
            throw .expected("no payload, since '\(kind)' has none", found: context)
        }
        _ = try payload.init(json: context)
    }

    /// One kind with its payload type.
    struct Entry {
        let kind: ApiEventKind
        let payload: any (WireCodable & Sendable).Type
    }

    /// The pair that `type` makes, so that this list cannot say anything else than ``ApiEventType``.
    static func entry<Payload>(_ type: ApiEventType<Payload>) -> Entry {
        Entry(kind: type.kind, payload: Payload.self)
    }
}

extension ApiEventKind {
    /// The name of the payload's type, `TrialStartedContext`; nil for a kind without payload and for a kind that
    /// release 0.12.0 does not have.
    public var payloadName: String? {
        guard let payload = EventCatalogue.payloads[self], payload != NoContext.self else { return nil }
        if let optional = payload as? any OptionalPayload.Type { return optional.wrappedName }
        return String(describing: payload)
    }
}

/// Sees through a payload that may be `null`.
private protocol OptionalPayload {
    static var wrappedName: String { get }
}

extension Optional: OptionalPayload {
    fileprivate static var wrappedName: String { String(describing: Wrapped.self) }
}
