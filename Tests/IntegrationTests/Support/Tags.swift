import AcquisitionModel
import Foundation
import TestSupport
import Testing

/// What a tagged value of a vector's input says in Swift.
enum Tags {
    /// A value that has no JSON form, in Python or in Swift.
    struct Unwritable: Error {}

    /// Stands for what Python cannot serialise: Swift's typed values all can be written, except those that nest
    /// deeper than a message may.
    static let tooDeep: JSONValue = (0..<100).reduce(1) { inner, _ in [inner] }

    /// The value as a Swift program would give it to the service. Keys stay as they are.
    static func translate(_ value: JSONValue, _ dialect: Dialect) throws -> JSONValue {
        switch value {
        case .array(let elements): return .array(try elements.map { try translate($0, dialect) })
        case .object(let object):
            if let first = object.members.first, object.count == 1, first.key.hasPrefix("$") {
                return try translate(tag: first.key, first.value, dialect)
            }
            return .object(try object.members.map { ($0.key, try translate($0.value, dialect)) })
        default: return value
        }
    }

    private static func translate(tag: String, _ value: JSONValue, _ dialect: Dialect) throws -> JSONValue {
        switch tag {
        case "$datetime": return .number(try seconds(value.as(\.string)))
        case "$date": return value
        case "$uuid": return .string(try value.as(\.string).lowercased())
        case "$float": return .number(try #require(Double(try value.as(\.string)) as Double?))
        case "$tuple": return .array(try value.as(\.array).map { try translate($0, dialect) })
        case "$enum": return try member(value.as(\.string), dialect)
        case "$dataclass": return try dataclass(value, dialect)
        case "$pairs": return try pairs(value, dialect)
        case "$bytes", "$set", "$unserialisable": return tooDeep
        default: throw Unwritable()
        }
    }

    /// A Python time, which is UTC where it does not say.
    private static func seconds(_ text: String) throws -> Double {
        var text = text
        var fraction = 0.0
        if let point = text.firstIndex(of: ".") {
            let end = text[point...].dropFirst().firstIndex { !$0.isNumber } ?? text.endIndex
            fraction = Double("0" + text[point..<end]) ?? .nan
            text.removeSubrange(point..<end)
        }
        if !text.hasSuffix("Z"), !text.dropFirst(10).contains("+") { text += "Z" }
        return try Date(text, strategy: .iso8601).timeIntervalSince1970 + fraction
    }

    private static func member(_ path: String, _ dialect: Dialect) throws -> JSONValue {
        let parts = path.split(separator: ".").map(String.init)
        let members = try catalogue(dialect).need("enums").need(parts[0]).need("members").as(\.object)
        return try #require(members.value(ofExactly: parts[1]))
    }

    /// A dataclass is a typed value: its fields in the order of the type, those that are not given at their defaults.
    private static func dataclass(_ value: JSONValue, _ dialect: Dialect) throws -> JSONValue {
        let given = try value.need("fields").as(\.object)
        let fields = try catalogue(dialect).need("dataclasses").need(value.text("type")).list("fields")
        return .object(
            try fields.map { field in
                let name = try field.text("name")
                return (name, try translate(given.value(ofExactly: name) ?? field.need("default"), dialect))
            }
        )
    }

    /// Swift's keys are texts: others are spelt as the release spells them. `1` and `True` are one key in Python.
    private static func pairs(_ value: JSONValue, _ dialect: Dialect) throws -> JSONValue {
        .object(
            try value.as(\.array).map { pair in
                let key: String
                switch try translate(pair[0] ?? .null, dialect) {
                case .string(let text): key = text
                case .bool(let flag): key = flag ? "1" : "0"
                case .null: key = dialect == .legacy ? "null" : ""
                case let other: key = WireText.canonical(other)
                }
                return (key, try translate(pair[1] ?? .null, dialect))
            }
        )
    }

    private static func catalogue(_ dialect: Dialect) throws -> JSONValue {
        try catalogues[dialect]?.get() ?? .null
    }

    private static let catalogues = Dictionary(
        uniqueKeysWithValues: Dialect.allCases.map { dialect in
            (
                dialect,
                Result {
                    let bytes = Array(try Fixtures.data("catalogue/autotrainer-\(dialect.release).json"))
                    return try JSONReader.read(bytes, limits: .fromService)
                }
            )
        }
    )
}
