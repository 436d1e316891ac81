/// A command, as a client sends it and as the delegate sees it.
public struct ApiCommandRequest: Sendable, Hashable {
    /// The command that is meant. A lab's own is found by its constant in a `switch`.
    ///
    /// A client may ask for one of those in two ways, which arrive as the same: with its number as command, and with
    /// ``ApiCommand/userDefined`` and the number as ``customCommand``, where it is one of ``OpenVocabulary/labNumbers``.
    /// Every other value that is not in the vocabulary is ``ApiCommand/userDefined``.
    public var command: ApiCommand
    /// The value that stands for the command on the wire: the number, known or not, or whatever else the client sent.
    public var commandValue: JSONValue
    /// Which command of the lab's own, beside ``ApiCommand/userDefined``; -1 where none was given. Normally a number.
    ///
    /// As ``data``, one of more than 1 KiB is read each time it is asked for.
    public var customCommand: JSONValue {
        get { customCommandValue.json }
        set { customCommandValue = .read(newValue) }
    }
    /// What the client recognises the answer by; echoed as it came. Normally a number of 1 or more.
    ///
    /// As ``data``, one of more than 1 KiB is read each time it is asked for.
    public var nonce: JSONValue {
        get { nonceValue.json }
        set { nonceValue = .read(newValue) }
    }
    /// How the client calls itself, so that a service recognises a command that is given again over another connection;
    /// nil where it does not say, as clients of the Python package.
    public var client: String?
    /// Until when the command may begin; nil where the client does not say.
    package var deadline: RequestDeadline?
    /// How the keys of ``data`` are spelled in both directions: in the request, and in the reply and the result of the
    /// command. Of a request that arrived `asGiven` where its client asked for it, as a gateway does for the data of
    /// another system; services that do not know it convert the keys of their answers as ever.
    public var keys: KeyRule
    /// What the command needs; null where it needs nothing. Keys are as the client sent them;
    /// `data["someKey"]` also finds `some_key`.
    ///
    /// Data of a request that arrived are kept as its bytes where these are more than 1 KiB, and are read each time they are
    /// asked for: a MiB of JSON can make 30 MiB of values. Keep them in a variable where several are looked up:
    /// `let data = request.data`.
    public var data: JSONValue {
        get { dataValue.json }
        set { dataValue = .read(newValue) }
    }

    private var customCommandValue: RequestValue
    private var nonceValue: RequestValue
    private var dataValue: RequestValue

    /// A command.
    public init(
        _ command: ApiCommand,
        customCommand: JSONValue = -1,
        nonce: JSONValue = 0,
        data: JSONValue = .null,
        keys: KeyRule = .camelCase
    ) {
        self.command = command
        self.keys = keys
        self.commandValue = JSONValue(command.rawValue)
        customCommandValue = .read(customCommand)
        nonceValue = .read(nonce)
        dataValue = .read(data)
    }

    /// The number under which the client asked: ``ApiCommand/userDefined`` where ``customCommand`` says which one is meant.
    /// Nil where it sent something else than a number.
    public var number: ApiCommand? { commandValue.int.map(ApiCommand.init(rawValue:)) }

    /// About how many bytes of memory the request holds, values and the bytes that it keeps of the message. Looks at every
    /// value that has been read: of a request that arrived, at most 1 KiB of JSON for each of its members.
    package var weight: Int {
        MemoryLayout<Self>.size + commandValue.weight + customCommandValue.weight + nonceValue.weight + dataValue.weight
            + (client.map(JSONValue.weight(of:)) ?? 0)
    }
}

extension ApiCommandRequest {
    /// Reads a request (`protocol/autotrainer.md`, section 3): an object with the key `command`; `customCommand`
    /// is -1, `nonce` 0 and `data` null where missing; either spelling, the later one wins; other keys are ignored.
    ///
    /// - Throws: ``UnreadableRequest``, which keeps the nonce where it could be read.
    public init(
        bytes: [UInt8],
        dialect: Dialect = .current,
        limits: WireLimits = .standard
    ) throws(UnreadableRequest) {
        let body: RequestBody
        do {
            body = try RequestBody(bytes, limits: limits)
        } catch {
            throw UnreadableRequest(error: error, nonce: nil)
        }
        let nonce = body["nonce"]
        guard let value = body["command"]?.outline else {
            let error = WireError(.missingKey, "The key is missing", path: "command")
            throw UnreadableRequest(error: error, nonce: nonce?.json)
        }
        let customCommand = body["customCommand"]
        switch value {
        case .array, .object:
            let error = WireError.expected("a number", found: value).inside("command")
            throw UnreadableRequest(error: error, nonce: nonce?.json)
        case .bool(false): command = .none
        default: command = Self.command(value, customCommand, in: dialect)
        }
        commandValue = value
        nonceValue = nonce ?? .read(0)
        customCommandValue = customCommand ?? .read(-1)
        dataValue = body["data"] ?? .read(.null)
        client = body["client"]?.outline.string
        // Who does not name itself means something else by the key.
        if client != nil, let uptime = body["deadline"]?.outline.int {
            deadline = RequestDeadline(epoch: body["epoch"]?.outline.int, uptime: uptime)
        }
        keys = body["keys"]?.outline.string.flatMap(KeyRule.init(rawValue:)) ?? .camelCase
    }

    private static func command(
        _ value: JSONValue,
        _ customCommand: RequestValue?,
        in dialect: Dialect
    ) -> ApiCommand {
        guard let command = value.int.map(ApiCommand.init(rawValue:)) else { return .userDefined }
        if command == .userDefined, let number = customCommand?.outline.int {
            let own = ApiCommand(rawValue: number)
            return own.isForLabs ? own : .userDefined
        }
        return command.isForLabs || command.isKnown(in: dialect) ? command : .userDefined
    }

    /// The command that stands in what is sent to the client: the number under which it asked where that is in the
    /// vocabulary, ``ApiCommand/userDefined`` otherwise.
    ///
    /// A lab's own command is in that of release 0.12.0, and not in that of 0.9.7, whose messages have no other numbers
    /// than its own.
    package func answeredCommand(in dialect: Dialect) -> ApiCommand {
        guard let number else { return command }
        if number.isPublished(in: dialect) { return number }
        return dialect == .current && (number.isForLabs || number.isDefined) ? number : .userDefined
    }
}

extension ApiCommandRequest: WireEncodable {
    /// Writes the request as a client sends it; keys of `data` as ``keys`` says.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("command", commandValue)
            if customCommand != -1 { $0.field("customCommand", customCommand) }
            $0.field("nonce", nonce)
            switch keys {
            case .camelCase: if !data.isNull { $0.field("data", CamelCaseKeys(data, isReversible: true)) }
            case .asGiven:
                if !data.isNull { $0.field("data", data) }
                $0.field("keys", keys.rawValue)
            }
            if let client { $0.field("client", client) }
            // Last, where ``RequestDeadline/start(in:)`` finds it.
            if let epoch = deadline?.epoch { $0.field("epoch", epoch) }
            if let deadline { $0.field("deadline", deadline.uptime) }
        }
    }
}

/// A request that cannot be answered by the delegate, since it could not be read.
public struct UnreadableRequest: Error, Sendable, Hashable {
    /// What was wrong with it.
    public let error: WireError
    /// The nonce, where it could be read all the same.
    public let nonce: JSONValue?

    /// A request that breaks a rule.
    public init(error: WireError, nonce: JSONValue?) {
        self.error = error
        self.nonce = nonce
    }
}
