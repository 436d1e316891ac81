import AcquisitionModel
import AcquisitionRPC
import Testing

/// One request and what came of it.
struct Exchange: Equatable, Sendable {
    /// The replies, as JSON in one spelling. Of a message that this package words itself only the rule is kept.
    var replies: [String]
    /// What the delegate was asked: command, custom command, nonce and data, keys in snake_case; nil where it was not.
    var seen: String?

    /// What the original did.
    init(recorded vector: Vector) throws {
        let reply = vector["response_utf8"]?.string
        replies = try reply.map { [try Self.text(JSONReader.read($0, tolerance: .oldReleases))] } ?? []
        seen = vector["delegate_saw"].flatMap { saw in
            saw.isNull ? nil : Self.text(seen: saw["command"], saw["custom_command"], saw["nonce"], saw["data"])
        }
    }

    init(replies: [JSONValue], seen: ApiCommandRequest?) {
        self.replies = replies.map(Self.text)
        self.seen = seen.map { request in
            Self.text(seen: JSONValue(request.command.rawValue), request.customCommand, request.nonce, request.data)
        }
    }

    static func text(_ reply: JSONValue) -> String {
        guard var object = reply.object else { return WireText.canonical(reply) }
        if let message = object["errorMessage"]?.string, let start = message.firstRange(of: "(rule: ")?.lowerBound {
            object.set("errorMessage", to: .string(String(message[start...])))
        }
        return WireText.canonical(.object(object))
    }

    static func text(seen parts: JSONValue?...) -> String {
        WireText.canonical(.array(parts.map { ($0 ?? .null).convertingKeys(KeyCase.decamelize) }))
    }
}

extension Vector {
    /// The request's frames.
    var request: [[UInt8]] {
        get throws { try json.list("request_frames_hex").map { try $0.as(\.hexBytes) } }
    }

    /// The first frame that is JSON.
    var requestJSON: JSONValue? {
        get throws { try request.lazy.compactMap { try? JSONReader.read($0) }.first }
    }

    /// The nonce, as far as it can be read.
    var nonce: JSONValue {
        get throws { try requestJSON?["nonce"] ?? 0 }
    }

    /// What the delegate is to see when only keys are converted.
    var intactSeen: String {
        get throws {
            let request = try requestJSON ?? .null
            let command = try ApiCommandRequest(bytes: self.request[0], dialect: dialect).command.rawValue
            return Exchange.text(seen: JSONValue(command), request["customCommand"] ?? -1, try nonce, request["data"])
        }
    }

    /// The reply in which the delegate's answer goes out, keys converted, values intact.
    func reply(nonce: JSONValue? = nil) throws -> JSONValue {
        try answer(nonce: nonce ?? self.nonce).convertingKeys(KeyCase.camelize).withNulls
    }

    /// The reply that the original composed, before it wrote it as text.
    func answer(nonce: JSONValue) throws -> JSONValue {
        let delegate = self["delegate"] ?? .null
        let command = self["delegate_saw"]?["command"] ?? requestCommand
        var fields = delegate["returns"] ?? .null
        if delegate.isNull { fields = ["result": 9999] }
        if let exception = delegate["raises"] {
            fields = ["result": 500, "error_message": .string(try Answer.text(of: exception))]
        }
        fields = try Tags.translate(fields, dialect)
        let code = fields["error_code"] ?? 0
        return .object([
            ("nonce", nonce), ("command", command), ("result", fields["result"] ?? 0),
            ("data", fields["data"] ?? .null), ("error_kind", code.double == 0 ? 0 : 2), ("error_code", code),
            ("error_message", fields["error_message"] ?? .null),
        ])
    }

    private var requestCommand: JSONValue { ((try? requestJSON) ?? nil)?["command"] ?? 0 }
}
