/// Which events of the acquisition process become which foreign message.
public struct EventRule: Sendable, Hashable {
    /// The kind of the event, known or not.
    public var kind: ApiEventKind
    /// Members of the event's context that must be equal to these; none for every event of the kind.
    public var condition: JSONObject
    /// Where the message goes, as the gateway's protocol understands it: a module, for instance.
    public var target: String
    /// What the message is called there.
    public var name: String
    /// The message's data, in which `$name` stands for a member of the event's context, and `$kind`, `$when`, `$index` for
    /// those of the event itself (see ``Template``).
    public var data: JSONValue

    /// A rule.
    public init(
        _ kind: ApiEventKind,
        where condition: JSONObject = [:],
        target: String = "",
        name: String,
        data: JSONValue = .object(JSONObject())
    ) {
        self.kind = kind
        self.condition = condition
        self.target = target
        self.name = name
        self.data = data
    }

    /// The message's data for an event; nil where the rule is not about it.
    ///
    /// - Throws: ``GatewayError`` of the code `badValue` where `data` names what the event does not have.
    public func data(for event: ApiEvent, dialect: Dialect) throws(GatewayError) -> JSONValue? {
        guard event.kind == kind else { return nil }
        guard condition.members.allSatisfy({ event.context.object?.value(preferringExactly: $0.key) == $0.value })
        else { return nil }
        var members = event.context.object ?? JSONObject()
        if members["kind"] == nil { members.set("kind", to: .string(event.kind.display(in: dialect))) }
        if members["when"] == nil, let when = try? event.when.json() { members.set("when", to: when) }
        if members["index"] == nil { members.set("index", to: JSONValue(event.index)) }
        return try Template.fill(data, with: .object(members))
    }
}
