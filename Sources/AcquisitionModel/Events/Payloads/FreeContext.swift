/// The payload of the kinds that leave its shape to the application (``ApiEventKind/protocolEvent`` and its
/// relatives): any object, or none.
///
/// ```swift
/// try service.sendEvent(.protocolEvent, ["step_name": "approach", "step": 3])  // {"stepName":"approach","step":3}
/// ```
///
/// Keys go out in camelCase, those of nested objects too; values stay as they are (`protocol/autotrainer.md`,
/// section 2: dictionaries and lists are entered, texts inside are not touched). Those of another system's data stay as
/// they are: `FreeContext(object, keys: .asGiven)`.
public struct FreeContext: WireCodable, Sendable, Hashable {
    /// The object as it was given or as it arrived; nil for `null`.
    public var object: JSONObject?
    /// How the keys are spelled when the payload is written. No part of comparisons.
    public var keys: KeyRule {
        get { keyRule.value }
        set { keyRule.value = newValue }
    }
    private var keyRule: NotCompared<KeyRule>

    /// A payload.
    public init(_ object: JSONObject?, keys: KeyRule = .camelCase) {
        self.object = object
        keyRule = NotCompared(keys)
    }

    /// Reads an object or `null`; keys stay as they are.
    public init(json: JSONValue) throws(WireError) {
        self.init(try JSONObject?(json: json))
    }

    /// Writes the object with its keys as ``keys`` says, or `null`.
    public func encode(to writer: inout JSONWriter) {
        FreeData(object.map(JSONValue.object) ?? .null, keys).encode(to: &writer)
    }
}

extension FreeContext: ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral {
    /// A payload with these members; of equal keys the last one counts.
    public init(dictionaryLiteral elements: (String, (any JSONConvertible)?)...) {
        self.init(JSONObject(elements.lazy.map { ($0, JSONValue(element: $1)) }))
    }
    /// A payload of `null`.
    public init(nilLiteral: ()) { self.init(nil) }
}
