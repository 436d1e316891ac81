public import GatewayCore

/// One message between rigs: what it is about, and what it says (`protocol/iblutil.md`, I4).
public struct RigMessage: Sendable, Hashable {
    /// What it is about.
    public var event: ExpMessage
    /// What follows the event on the wire.
    public var elements: [JSONValue]

    /// A message.
    public init(_ event: ExpMessage, _ elements: [JSONValue]) {
        self.event = event
        self.elements = elements
    }

    /// The bytes on the wire, the same as the Python package's: one JSON array in Python's spacing.
    public var encoded: [UInt8] {
        Array(JSONValue.array([JSONValue(event.rawValue)] + elements).pythonText.utf8)
    }
}

extension RigMessage: CustomStringConvertible, CustomReflectable {
    /// The event and what it says, as in `EXPSTATUS [20]`; of an ``ExpMessage/alyx`` no token.
    public var description: String {
        guard event == .alyx else { return "\(event) \(JSONValue.array(elements))" }
        return "\(event) of \(login?.description ?? elements.first?.string ?? "any database")"
    }

    /// The description alone: what reflects on a message shows no token either.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

extension RigMessage {
    /// `[1, data]`: prepare.
    public static func initialize(_ data: JSONValue = .null) -> RigMessage { RigMessage(.initialize, [data]) }

    /// `[2, "2026-01-01_1_mouse", data]`: begin. No reference is `null`.
    public static func start(_ reference: ExperimentReference?, _ data: JSONValue = .null) -> RigMessage {
        RigMessage(.start, [reference.map { .string($0.description) } ?? .null, data])
    }

    /// `[4, data]`: end; or, immediately, `[16, data]`: interrupt.
    public static func stop(_ data: JSONValue = .null, immediately: Bool = false) -> RigMessage {
        RigMessage(immediately ? .interrupt : .end, [data])
    }

    /// `[8, data]`: tidy up.
    public static func cleanup(_ data: JSONValue = .null) -> RigMessage { RigMessage(.cleanup, [data]) }

    /// `[32, 20]`: how it stands.
    public static func status(_ status: ExpStatus) -> RigMessage {
        RigMessage(.status, [JSONValue(status.rawValue)])
    }

    /// `[64, 20, data]`: how it stands, and more about it.
    public static func info(_ status: ExpStatus, _ data: JSONValue = .null) -> RigMessage {
        RigMessage(.info, [JSONValue(status.rawValue), data])
    }

    /// `[128, "https://…", {"user": token}]`: a login; without one the request for it, `[128, url, {}]` (I27).
    public static func alyx(_ login: AlyxLogin?, url: String? = nil) -> RigMessage {
        guard let login else { return RigMessage(.alyx, [url.map { .string($0) } ?? .null, .object(JSONObject())]) }
        return RigMessage(.alyx, [.string(login.url), .object([(login.user, login.token)])])
    }

    /// `[0, "ValueError: …", 2]`: what was asked with an event went wrong.
    public static func failure(_ text: String, of event: ExpMessage) -> RigMessage {
        RigMessage(.error, [.string(text), JSONValue(event.rawValue)])
    }
}

extension RigMessage {
    /// The experiment of a ``ExpMessage/start``, as it was written; nil where there is none.
    public var referenceText: String? { event == .start ? elements.first?.string : nil }

    /// The status of a ``ExpMessage/status`` or an ``ExpMessage/info``; nil where there is none.
    public var status: ExpStatus? {
        guard event == .status || event == .info, case .integer(let number)? = elements.first else { return nil }
        return Int(exactly: number).map(ExpStatus.init(rawValue:))
    }

    /// What the message says beside a reference or a status; `null` where it says nothing.
    public var data: JSONValue {
        let position = event == .start || event == .info ? 1 : 0
        return elements.indices.contains(position) ? elements[position] : .null
    }

    /// What went wrong, of an ``ExpMessage/error``: the text, and what had been asked.
    public var failure: (text: String, event: ExpMessage?)? {
        guard event == .error else { return nil }
        let text = elements.first.map { $0.string ?? $0.description } ?? "no reason was given"
        return (text, elements.dropFirst().first?.int.map(ExpMessage.init(rawValue:)))
    }

    /// The login of an ``ExpMessage/alyx``; nil where the message asks for one.
    public var login: AlyxLogin? {
        guard event == .alyx, elements.count == 2, let url = elements[0].string,
            let member = elements[1].object?.members.first
        else { return nil }
        return AlyxLogin(url: url, user: member.key, token: member.value)
    }
}
