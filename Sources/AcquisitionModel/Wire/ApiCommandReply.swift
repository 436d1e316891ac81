/// The reply on the command socket: an ``ApiCommandRequestResponse`` with the request's command and nonce, and the
/// kind of its error (`protocol/autotrainer.md`, section 4).
public struct ApiCommandReply: Sendable, Hashable {
    /// The nonce of the request; 0 where it could not be read.
    public var nonce: JSONValue
    /// The number under which the client asked; ``ApiCommand/userDefined`` for every one that is not in the vocabulary.
    public var command: ApiCommand
    /// How it went.
    public var result: ApiCommandRequestResult
    /// What was asked for.
    public var data: JSONValue
    /// How the keys of ``data`` are spelled when the reply is written: of a reply that was received `asGiven`, so that it
    /// is written as it came. No part of comparisons.
    public var keys: KeyRule {
        get { keyRule.value }
        set { keyRule.value = newValue }
    }
    /// Whose error it is, if any. Look at this and not only at the result: a reply whose data could not be written
    /// keeps its result (`protocol/autotrainer.md`, Q15).
    public var errorKind: ApiCommandRequestErrorKind
    /// The application's own code.
    public var errorCode: Int
    /// What went wrong, for people.
    public var errorMessage: String?
    /// Which start of the service answers: the epoch of its heartbeats (``HeartbeatMessage/epoch``). Nil where the service
    /// does not say; it says so to clients that name themselves (``ApiCommandRequest/client``).
    public var epoch: Int?
    /// How long the service has been running, in milliseconds, when it answered; nil where it does not say. It says so
    /// together with ``epoch``.
    public var uptime: Int?
    private var keyRule: NotCompared<KeyRule>

    /// A reply.
    public init(
        nonce: JSONValue = 0,
        command: ApiCommand = .none,
        result: ApiCommandRequestResult = .unrecognized,
        data: JSONValue = .null,
        errorKind: ApiCommandRequestErrorKind = .none,
        errorCode: Int = 0,
        errorMessage: String? = nil,
        epoch: Int? = nil,
        uptime: Int? = nil,
        keys: KeyRule = .camelCase
    ) {
        keyRule = NotCompared(keys)
        self.nonce = nonce
        self.command = command
        self.result = result
        self.data = data
        self.errorKind = errorKind
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.epoch = epoch
        self.uptime = uptime
    }

    /// The reply to `request` when the delegate answered `response`, whose own command and nonce do not count.
    ///
    /// - Parameters:
    ///   - response: what the delegate answered.
    ///   - request: what it answered.
    ///   - dialect: which release the client speaks. To one of 0.9.7 a lab's own command is ``ApiCommand/userDefined``: that
    ///     release has no other numbers than its own.
    public init(
        _ response: ApiCommandRequestResponse,
        to request: ApiCommandRequest,
        in dialect: Dialect = .current
    ) {
        self.init(
            nonce: request.nonce,
            command: request.answeredCommand(in: dialect),
            result: response.result,
            data: response.data,
            errorKind: response.errorCode == 0 ? .none : .commandError,
            errorCode: response.errorCode,
            errorMessage: response.errorMessage,
            keys: request.keys == .asGiven ? .asGiven : response.keys
        )
    }

    /// The reply to a request that could not be read: command 0, UNRECOGNIZED, the nonce where it is known, and as
    /// message the rule that was broken.
    public init(_ unreadable: UnreadableRequest) {
        self.init(nonce: unreadable.nonce ?? 0, errorMessage: unreadable.error.description)
    }

    /// The answer as the delegate gave it.
    public var response: ApiCommandRequestResponse {
        ApiCommandRequestResponse(
            result,
            data: data,
            errorCode: errorCode,
            errorMessage: errorMessage,
            command: command,
            nonce: nonce,
            keys: keys
        )
    }

    /// The reply's bytes. Never fails: data that cannot be written (too deep, too large) leaves a reply with the
    /// same result, null data, ``ApiCommandRequestErrorKind/systemError`` and the reason; a message or nonce that
    /// cannot be written leaves a reply without them.
    public func bytes(limits: WireLimits = .standard) -> [UInt8] {
        do {
            return try encoded(limits: limits)
        } catch {
            var reply = self
            reply.data = .null
            reply.errorKind = .systemError
            reply.errorCode = 0
            reply.errorMessage = "The data of the answer could not be written: \(error)"
            if let bytes = try? reply.encoded(limits: limits) { return bytes }
            reply.nonce = 0
            reply.errorMessage = "The answer could not be written: \(error)"
            return (try? reply.encoded(limits: .unlimited)) ?? []
        }
    }
}

extension ApiCommandReply: WireCodable {
    /// Reads a reply of any release: an object; keys that are missing or of another type have their defaults.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        self.init(
            nonce: object["nonce"] ?? 0,
            command: ApiCommand(rawValue: object["command"]?.int ?? 0),
            result: ApiCommandRequestResult(rawValue: object["result"]?.int ?? 0),
            data: object["data"] ?? .null,
            errorKind: ApiCommandRequestErrorKind(rawValue: object["errorKind"]?.int ?? 0),
            errorCode: object["errorCode"]?.int ?? 0,
            errorMessage: object["errorMessage"]?.string,
            epoch: object["epoch"]?.int,
            uptime: object["uptime"]?.int,
            keys: .asGiven
        )
    }

    /// Writes the reply: `nonce`, `command`, `result`, `data`, `errorKind`, `errorCode`, `errorMessage`, and `epoch`
    /// and `uptime` where they are said.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("nonce", nonce)
            $0.field("command", command)
            $0.field("result", result)
            $0.field("data", FreeData(data, keys))
            $0.field("errorKind", errorKind)
            $0.field("errorCode", errorCode)
            $0.field("errorMessage", errorMessage)
            if let epoch { $0.field("epoch", epoch) }
            if let uptime { $0.field("uptime", uptime) }
        }
    }
}
