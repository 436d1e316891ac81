public import AcquisitionModel
import GatewayCore

/// What a server answers to one request.
public struct LiaisonReply: Sendable, Hashable {
    /// How it went.
    public enum Content: Sendable, Hashable {
        /// The value.
        case response(JSONValue)
        /// The lines of an error; the last but one says what it is.
        case error([String])
    }

    /// How it went.
    public var content: Content
    /// The whole request.
    public var event: JSONValue

    /// A reply to `request`.
    public init(_ content: Content, to request: LiaisonRequest) {
        self.content = content
        event = request.event
    }

    /// The message, byte for byte as Python writes it (`protocol/liaison.md`, L9): `{"response": …, "tag": "response",
    /// "evt": …}` or `{"error": […], "tag": "error", "evt": …}`; but in a response NaN and the infinities are null, where
    /// Python writes bare words (L15), at which `JSON.parse` of a page throws. A client that writes such a word itself hears
    /// it again in `evt`.
    public var text: String {
        let (key, value): (String, JSONValue) =
            switch content {
            case .response(let value): ("response", value)
            case .error(let lines): ("error", .array(lines.map { .string($0) }))
            }
        let (name, said) = (JSONValue.string(key).pythonText, value.strictPythonText)
        return "{\(name): \(said), \"tag\": \(name), \"evt\": \(event.pythonText)}"
    }

    /// The reply that a message of a server is; nil for what is none: a push, for instance (L20).
    public init?(json: JSONValue) {
        guard let object = json.object, let event = object.value(ofExactly: "evt") else { return nil }
        self.event = event
        switch object.value(ofExactly: "tag")?.string {
        case "response": content = .response(object.value(ofExactly: "response") ?? .null)
        case "error": content = .error(object.value(ofExactly: "error")?.array?.compactMap(\.string) ?? [])
        default: return nil
        }
    }

    /// The response.
    ///
    /// - Throws: ``LiaisonError`` as the server reported it.
    public func get() throws(LiaisonError) -> JSONValue {
        switch content {
        case .response(let value): return value
        case .error(let lines):
            var last = lines.last ?? ""
            while last.hasSuffix("\n") { last.removeLast() }
            guard let colon = last.firstRange(of: ": ") else { throw LiaisonError(last, "") }
            throw LiaisonError(String(last[..<colon.lowerBound]), String(last[colon.upperBound...]))
        }
    }
}
