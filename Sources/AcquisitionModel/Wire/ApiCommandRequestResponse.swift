/// What a command came to: what the delegate answers, and what is published on ``ApiTopic/commandResult`` for a
/// command that took longer.
public struct ApiCommandRequestResponse: Sendable, Hashable {
    /// How it went.
    public var result: ApiCommandRequestResult
    /// What was asked for; keys go out as ``keys`` says, values as they are.
    public var data: JSONValue
    /// How the keys of ``data`` are spelled where the client did not ask for them as they are given
    /// (``ApiCommandRequest/keys``). Of a result that was received `asGiven`. No part of comparisons.
    public var keys: KeyRule {
        get { keyRule.value }
        set { keyRule.value = newValue }
    }
    /// The application's own code; every value but 0 makes the reply a ``ApiCommandRequestErrorKind/commandError``,
    /// whatever the result.
    public var errorCode: Int
    /// What went wrong, for people.
    public var errorMessage: String?
    /// The command that this answers. The service fills it in; set it only for `sendCommandResult`.
    public var command: ApiCommand
    /// The nonce that this answers. The service fills it in; set it only for `sendCommandResult`.
    public var nonce: JSONValue
    private var keyRule: NotCompared<KeyRule>

    /// An answer.
    public init(
        _ result: ApiCommandRequestResult,
        data: JSONValue = .null,
        errorCode: Int = 0,
        errorMessage: String? = nil,
        command: ApiCommand = .none,
        nonce: JSONValue = -1,
        keys: KeyRule = .camelCase
    ) {
        keyRule = NotCompared(keys)
        self.result = result
        self.data = data
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.command = command
        self.nonce = nonce
    }

    /// Done, with `data`.
    public static func success(_ data: JSONValue = .null) -> Self { Self(.success, data: data) }

    /// Done, with a typed payload such as an ``ApiSystemStatus``; throws where it cannot be written.
    public static func success(encoding payload: some WireEncodable) throws(WireError) -> Self {
        Self(.success, data: try payload.json())
    }

    /// Tried and not done.
    public static func failed(_ message: String? = nil, code: Int = 0, data: JSONValue = .null) -> Self {
        Self(.failed, data: data, errorCode: code, errorMessage: message)
    }

    /// Understood and not possible now.
    public static func unavailable(_ message: String? = nil, data: JSONValue = .null) -> Self {
        Self(.unavailable, data: data, errorMessage: message)
    }

    /// Not a command of this application.
    public static let unrecognized = Self(.unrecognized)
}

extension ApiCommandRequestResponse: WireCodable {
    /// Reads a published result (`protocol/autotrainer.md`, Q18: it carries no `errorKind`). A code or message of
    /// another type is passed over, as old releases publish any dictionary here.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        result = ApiCommandRequestResult(rawValue: object["result"]?.int ?? 0)
        data = object["data"] ?? .null
        errorCode = object["errorCode"]?.int ?? 0
        errorMessage = object["errorMessage"]?.string
        command = ApiCommand(rawValue: object["command"]?.int ?? 0)
        nonce = object["nonce"] ?? -1
        keyRule = NotCompared(.asGiven)
    }

    /// Writes the payload of ``ApiTopic/commandResult``: `result`, `data`, `errorCode`, `errorMessage`, `command`,
    /// `nonce`.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("result", result)
            $0.field("data", FreeData(data, keys))
            $0.field("errorCode", errorCode)
            $0.field("errorMessage", errorMessage)
            $0.field("command", command)
            $0.field("nonce", nonce)
        }
    }
}
