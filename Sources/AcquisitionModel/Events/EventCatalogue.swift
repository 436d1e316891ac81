/// Which payload belongs to which event kind of release 0.12.0, for programs that learn the kind only at run time.
///
/// A program that knows the kind when it is compiled uses ``ApiEventType`` instead.
public enum EventCatalogue {
    /// The payload type of each kind. Kinds without payload have ``NoContext``; kinds that are not here belong to
    /// a lab or to another release.
    public static let payloads: [ApiEventKind: any (WireCodable & Sendable).Type] = Dictionary(
        uniqueKeysWithValues: table.map { ($0.kind, $0.payload) }
    )

    /// The payload type of each kind in a release: ``payloads`` for 0.12.0. Release 0.9.7 says of none of its kinds what it
    /// carries: each is free, an object or nothing.
    public static func payloads(in dialect: Dialect) -> [ApiEventKind: any (WireCodable & Sendable).Type] {
        dialect == .current ? payloads : free
    }

    private static let free: [ApiEventKind: any (WireCodable & Sendable).Type] = Dictionary(
        uniqueKeysWithValues: ApiEventKind.published(in: .legacy).map { ($0.code, FreeContext.self) }
    )

    /// Why an event that is typed as release 0.12.0 types it has no place in release 0.9.7; nil where it has one. The number
    /// is not there, or stands for something else.
    package static func refusalInLegacy<Payload>(of type: ApiEventType<Payload>) -> WireError? {
        guard let typed = payloads[type.kind], typed == Payload.self, let name = type.kind.name(in: .current) else {
            return nil
        }
        let old = type.kind.name(in: .legacy)
        guard old != name else { return nil }
        let number = type.kind.rawValue
        let fact = old.map { "\(number) means \($0) there" } ?? "there is no \(number) there"
        return WireError(.type, "Release 0.9.7 has no event \(name): \(fact)", path: "kind")
    }

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
