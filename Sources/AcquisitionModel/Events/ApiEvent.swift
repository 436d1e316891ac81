/// Something that happened, as it is published on ``ApiTopic/event``.
public struct ApiEvent: Sendable, Hashable {
    /// What happened.
    public var kind: ApiEventKind
    /// When it happened.
    public var when: EventTime
    /// A counter of nanoseconds that grows from event to event; exceeds 2^53.
    public var index: Int
    /// What more there is to say; null where there is nothing. See ``payload(_:)`` for the typed form.
    public var context: JSONValue
    /// How the keys of ``context`` are spelled when the event is written: of an event that was received `asGiven`, so that
    /// it is written as it came. No part of comparisons.
    public var keys: KeyRule {
        get { keyRule.value }
        set { keyRule.value = newValue }
    }
    /// How often the event was repeated; nil where the sender does not say (before 0.9.18 nobody does).
    public var `repeat`: Int?
    private var keyRule: NotCompared<KeyRule>

    /// An event with free context; see ``init(_:_:when:index:repeat:)`` for the typed form.
    public init(
        kind: ApiEventKind,
        when: EventTime = .now,
        index: Int,
        context: JSONValue = .null,
        repeat: Int? = 0,
        keys: KeyRule = .camelCase
    ) {
        keyRule = NotCompared(keys)
        self.kind = kind
        self.when = when
        self.index = index
        self.context = context
        self.repeat = `repeat`
    }

    /// An event whose payload fits its kind; throws where the payload cannot be written.
    public init<Payload>(
        _ type: ApiEventType<Payload>,
        _ payload: Payload,
        when: EventTime = .now,
        index: Int,
        repeat: Int? = 0
    ) throws(WireError) {
        // The payload spells its keys itself.
        let context = try payload.json()
        self.init(kind: type.kind, when: when, index: index, context: context, repeat: `repeat`, keys: .asGiven)
    }

    /// The typed payload; nil where this is an event of another kind.
    ///
    /// - Throws: ``WireError`` where the context does not have the payload's form.
    public func payload<Payload>(_ type: ApiEventType<Payload>) throws(WireError) -> Payload? {
        guard kind == type.kind else { return nil }
        do {
            return try Payload(json: context)
        } catch {
            throw error.inside("context")
        }
    }
}

extension ApiEvent: WireCodable {
    /// Reads an event of any release. `kind` must be there, as a number or in digits; `when`, `index`, `context` and
    /// `repeat` have defaults, since applications publish any dictionary (`protocol/autotrainer.md`, Q21).
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        if let digits = object["kind"]?.string, let number = Int(digits) {
            kind = ApiEventKind(rawValue: number)
        } else {
            kind = try object.read("kind")
        }
        when = EventTime(json: object["when"] ?? .null)
        index = object["index"]?.int ?? 0
        context = object["context"] ?? .null
        self.repeat = object["repeat"]?.int
        keyRule = NotCompared(.asGiven)
    }

    /// Writes the event: `kind`, `when`, `index`, `context`, and `repeat` where it is set.
    public func encode(to writer: inout JSONWriter) {
        Self.write(kind, when, index, repeat: self.repeat, to: &writer) { FreeData(context, keys).encode(to: &$0) }
    }

    /// Writes an event whose context `context` writes: no JSON value is made in between.
    package static func write(
        _ kind: ApiEventKind,
        _ when: EventTime,
        _ index: Int,
        repeat count: Int?,
        to writer: inout JSONWriter,
        context: (inout JSONWriter) -> Void
    ) {
        writeMembers(kind, when, index, repeat: count, to: &writer, context: context)
    }

    /// As the other one, of an event whose index is filled in when it is published (``JSONWriter/fill(_:at:)``).
    ///
    /// - Returns: where the index stands.
    package static func writeWithoutIndex(
        _ kind: ApiEventKind,
        _ when: EventTime,
        repeat count: Int?,
        to writer: inout JSONWriter,
        context: (inout JSONWriter) -> Void
    ) -> Int {
        writeMembers(kind, when, nil, repeat: count, to: &writer, context: context)
    }

    /// As the other one, of an event that happened this many seconds after 1970-01-01 00:00 UTC.
    package static func writeWithoutIndex(
        _ kind: ApiEventKind,
        secondsSince1970 seconds: Double,
        repeat count: Int?,
        to writer: inout JSONWriter,
        context: (inout JSONWriter) -> Void
    ) -> Int {
        writeMembers(kind, seconds, nil, repeat: count, to: &writer, context: context)
    }

    @discardableResult
    @inline(__always)
    private static func writeMembers(
        _ kind: ApiEventKind,
        _ when: some WireEncodable,
        _ index: Int?,
        repeat count: Int?,
        to writer: inout JSONWriter,
        context: (inout JSONWriter) -> Void
    ) -> Int {
        var place = 0
        writer.object {
            $0.field("kind", kind)
            $0.field("when", when)
            if let index { $0.field("index", index) } else { $0.field("index") { place = $0.writeRoomForNumber() } }
            $0.field("context", by: context)
            if let count { $0.field("repeat", count) }
        }
        return place
    }
}
