import Synchronization

/// What may stand in a literal of JSON beside other literals: variables of the types that JSON has, optional ones too, and
/// lists and objects of them.
///
/// ```swift
/// let name = "left", position = 2.5, note: String? = nil
/// let data: JSONValue = ["valve": name, "note": note, "moves": [["to": position, "steps": 2 + 1], nil]]
/// ```
///
/// A type of yours joins in; one with a raw value needs nothing else:
///
/// ```swift
/// enum Side: String, JSONConvertible { case left, right }
/// let data: JSONValue = ["side": Side.left]
/// ```
///
/// A list or a dictionary that is a variable is converted first: `["positions": JSONValue(positions)]`.
public protocol JSONConvertible {
    /// This value as JSON.
    var jsonValue: JSONValue { get }
}

// A literal inside another one has no type but Swift's own, Array and Dictionary. The `==` tell the compiler of what: the
// elements of such a literal may then be of different types, and each is checked where it stands. (`Element:
// JSONConvertible` would ask for one type for all of them.)

extension Array: JSONConvertible where Element == (any JSONConvertible)? {
    /// The list.
    public var jsonValue: JSONValue { .array(map(JSONValue.init(element:))) }
}

extension Dictionary: JSONConvertible where Key == JSONLiteralKey, Value == (any JSONConvertible)? {
    /// The object, its members in the order in which the literal has them.
    public var jsonValue: JSONValue {
        let ordered = sorted { $0.key.number < $1.key.number }
        return .object(JSONObject(ordered.map { ($0.key.text, JSONValue(element: $0.value)) }))
    }
}

/// A key in a literal of JSON inside another one. Swift makes a dictionary of such a literal, which has no order: so each key
/// has a number of its own, and the members are put in order by that.
public struct JSONLiteralKey: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    let text: String
    let number: UInt64
    private static let last = Atomic<UInt64>(0)

    /// The key with this text.
    public init(stringLiteral text: String) {
        self.text = text
        number = Self.last.add(1, ordering: .relaxed).newValue
    }

    /// Each key is another one, also of the same text: of members with equal keys the last one counts, as in any JSON.
    public static func == (left: Self, right: Self) -> Bool { left.number == right.number }

    /// Hashes the key.
    public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

extension JSONValue {
    /// An element of a literal.
    init(element: (any JSONConvertible)?) { self = element?.jsonValue ?? .null }

    /// What `value` is in JSON.
    public init(_ value: some JSONConvertible) { self = value.jsonValue }

    /// A list.
    public init(_ elements: some Sequence<some JSONConvertible>) { self = .array(elements.map(\.jsonValue)) }

    /// A list of lists.
    public init(_ rows: some Sequence<some Sequence<some JSONConvertible>>) {
        self = .array(rows.map { JSONValue($0) })
    }

    /// An object, in the order of its keys, since a dictionary has none.
    public init(_ members: [String: some JSONConvertible]) {
        self = .object(JSONObject(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value.jsonValue) }))
    }
}

extension JSONValue: JSONConvertible {
    /// The value itself.
    public var jsonValue: JSONValue { self }
}

extension JSONObject: JSONConvertible {
    /// The object.
    public var jsonValue: JSONValue { .object(self) }
}

extension Optional: JSONConvertible where Wrapped: JSONConvertible {
    /// The value, or `null`.
    public var jsonValue: JSONValue { self?.jsonValue ?? .null }
}

extension JSONConvertible where Self: RawRepresentable, RawValue: JSONConvertible {
    /// The raw value.
    public var jsonValue: JSONValue { rawValue.jsonValue }
}

extension Bool: JSONConvertible {
    /// A boolean.
    public var jsonValue: JSONValue { .bool(self) }
}

extension String: JSONConvertible {
    /// Text.
    public var jsonValue: JSONValue { .string(self) }
}

extension Substring: JSONConvertible {
    /// Text.
    public var jsonValue: JSONValue { .string(String(self)) }
}

extension Double: JSONConvertible {
    /// A number; NaN and the infinities are written as `null`.
    public var jsonValue: JSONValue { .number(self) }
}

extension Float: JSONConvertible {
    /// The number that this one is written as: 0.1, and not the nearest of twice the digits.
    public var jsonValue: JSONValue { .number(Double(description) ?? Double(self)) }
}

extension JSONConvertible where Self: FixedWidthInteger {
    /// An integer, exact.
    public var jsonValue: JSONValue {
        Int64(exactly: self).map(JSONValue.integer) ?? .bigNumber(BigNumber(verified: String(self)))
    }
}

extension Int: JSONConvertible {}
extension Int8: JSONConvertible {}
extension Int16: JSONConvertible {}
extension Int32: JSONConvertible {}
extension Int64: JSONConvertible {}
extension UInt: JSONConvertible {}
extension UInt8: JSONConvertible {}
extension UInt16: JSONConvertible {}
extension UInt32: JSONConvertible {}
extension UInt64: JSONConvertible {}

// So that `.null` and `.string(name)` may stand in a literal as they may where a ``JSONValue`` is asked for. There the cases
// themselves count, hence the attribute.

extension JSONConvertible where Self == JSONValue {
    /// `null`.
    @_disfavoredOverload public static var null: JSONValue { JSONValue.null }
    /// `true` or `false`.
    @_disfavoredOverload public static func bool(_ value: Bool) -> JSONValue { JSONValue.bool(value) }
    /// An integer.
    @_disfavoredOverload public static func integer(_ value: Int64) -> JSONValue { JSONValue.integer(value) }
    /// A number.
    @_disfavoredOverload public static func number(_ value: Double) -> JSONValue { JSONValue.number(value) }
    /// A number that neither an `Int64` nor a finite `Double` can hold.
    @_disfavoredOverload public static func bigNumber(_ value: BigNumber) -> JSONValue { JSONValue.bigNumber(value) }
    /// Text.
    @_disfavoredOverload public static func string(_ value: String) -> JSONValue { JSONValue.string(value) }
    /// A list.
    @_disfavoredOverload public static func array(_ elements: [JSONValue]) -> JSONValue { JSONValue.array(elements) }
    /// An object.
    @_disfavoredOverload public static func object(_ object: JSONObject) -> JSONValue { JSONValue.object(object) }
    /// An object with these members; of members with the same key the last one counts.
    @_disfavoredOverload public static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        JSONValue.object(JSONObject(members))
    }
}
