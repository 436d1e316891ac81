import AcquisitionModel

/// Something that the simulated trainer publishes: a kind and its payload as JSON, without time and index.
struct TrainerEvent: Sendable, Hashable {
    /// What happened.
    let kind: ApiEventKind
    /// The payload; null where there is none.
    let context: JSONValue

    /// An event with free context.
    init(kind: ApiEventKind, context: JSONValue = .null) {
        self.kind = kind
        self.context = context
    }

    /// An event whose payload fits its kind. The payloads made here are small, so that each of them can be written.
    init<Payload>(_ type: ApiEventType<Payload>, _ payload: Payload) {
        self.init(kind: type.kind, context: (try? payload.json()) ?? .null)
    }

    /// An event without payload.
    init(_ type: ApiEventType<NoContext>) { self.init(kind: type.kind) }
}
