/// Any JSON value, with integers kept exact and the order of an object's keys kept.
///
/// Free data of the protocol (a command's `data`, the context of an event that a lab defines) travels as this
/// type. Values are never touched on the way: what one side puts in is what the other side reads.
///
/// ```swift
/// let name = "left"
/// let data: JSONValue = ["enabled": true, "valve": name, "positions": [1, 2.5]]
/// print(data["enabled"]?.bool ?? false)  // true
/// ```
///
/// In literals variables may stand too: see ``JSONConvertible``.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction or exponent that fits into 64 bits, exact.
    case integer(Int64)
    /// Any other number. NaN and the infinities are written as `null`.
    case number(Double)
    /// A number that neither an `Int64` nor a finite `Double` can hold, in the digits that arrived.
    case bigNumber(BigNumber)
    /// Text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// An object, in the order of its keys.
    case object(JSONObject)

    /// An object with these members; of members with the same key the last one counts.
    public static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(JSONObject(members))
    }

    /// The member of an object under `key`; nil where there is none or where this is not an object.
    public subscript(_ key: String) -> JSONValue? {
        guard case .object(let object) = self else { return nil }
        return object[key]
    }

    /// The element of an array; nil where there is none or where this is not an array.
    public subscript(_ index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// What kind of value this is, in words for an error message: "a number", "an object".
    public var kindInWords: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number, .bigNumber: "a number"
        case .string: "text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension JSONValue {
    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// The boolean, nil for anything else.
    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The integer; also of a number without a fraction, such as `101.0`. Nil for anything else.
    public var int: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number, nil for anything else. Integers beyond 2^53 lose their last digits here; see ``int``.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .bigNumber(let value): Double(value.text)
        default: nil
        }
    }

    /// The text, nil for anything else.
    public var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// The list, nil for anything else.
    public var array: [JSONValue]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    /// The object, nil for anything else.
    public var object: JSONObject? {
        guard case .object(let value) = self else { return nil }
        return value
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A list.
    public init(arrayLiteral elements: (any JSONConvertible)?...) { self = elements.jsonValue }
    /// An object; of equal keys the last one counts.
    public init(dictionaryLiteral elements: (String, (any JSONConvertible)?)...) {
        self = .object(JSONObject(elements.lazy.map { ($0, JSONValue(element: $1)) }))
    }
}

extension JSONValue {
    /// A boolean.
    public init(_ value: Bool) { self = .bool(value) }
    /// An integer.
    public init(_ value: Int) { self = .integer(Int64(value)) }
    /// A number.
    public init(_ value: Double) { self = .number(value) }
    /// Text.
    public init(_ value: String) { self = .string(value) }
}

extension JSONValue: CustomStringConvertible {
    /// The value as JSON text on one line.
    public var description: String {
        var writer = JSONWriter(limits: .unlimited)
        encode(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
