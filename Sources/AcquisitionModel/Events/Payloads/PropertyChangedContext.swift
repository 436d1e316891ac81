/// The payload of ``ApiEventKind/propertyChanged``.
///
/// The values are free: keys inside them go out in camelCase unless ``keys`` says otherwise, the rest stays as it is.
public struct PropertyChangedContext: WireCodable, Sendable, Hashable {
    /// The number of the object whose setting changed.
    public var target: Int
    /// The setting's name.
    public var name: String
    /// The value after the change.
    public var newValue: JSONValue
    /// The value before the change.
    public var oldValue: JSONValue
    /// How keys inside the values are spelled when the payload is written. No part of comparisons.
    public var keys: KeyRule {
        get { keyRule.value }
        set { keyRule.value = newValue }
    }
    private var keyRule: NotCompared<KeyRule>

    /// A payload.
    public init(
        target: Int,
        name: String,
        newValue: JSONValue,
        oldValue: JSONValue,
        keys: KeyRule = .camelCase
    ) {
        keyRule = NotCompared(keys)
        self.target = target
        self.name = name
        self.newValue = newValue
        self.oldValue = oldValue
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        target = try object.read("target")
        name = try object.read("name")
        newValue = try object.read("newValue")
        oldValue = try object.read("oldValue")
        keyRule = NotCompared(.camelCase)
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("target", target)
            $0.field("name", name)
            $0.field("newValue", FreeData(newValue, keys))
            $0.field("oldValue", FreeData(oldValue, keys))
        }
    }
}
