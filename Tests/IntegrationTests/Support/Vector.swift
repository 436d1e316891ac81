import AcquisitionModel
import TestSupport
import Testing

/// One recording of what the original did.
struct Vector: Sendable, CustomTestStringConvertible {
    let json: JSONValue
    let dialect: Dialect

    var name: String { json["name"]?.string ?? "?" }
    var category: String { json["category"]?.string ?? "?" }
    var direction: String { json["direction"]?.string ?? "?" }
    var input: JSONValue { json["input"] ?? .null }

    var testDescription: String { "\(dialect.release) \(name)" }

    subscript(_ key: String) -> JSONValue? { json[key] }
}

/// The golden vectors of `Tests/Fixtures/vectors`.
enum Vectors {
    /// All of the release that `dialect` speaks, in the order of the file.
    static func all(_ dialect: Dialect) throws -> [Vector] {
        try loaded[dialect]?.get() ?? []
    }

    /// Read once: each is a hundred kilobytes of JSON and more.
    private static let loaded = Dictionary(
        uniqueKeysWithValues: Dialect.allCases.map { dialect in
            let vectors = Result {
                try file("autotrainer-\(dialect.release)").map { Vector(json: $0, dialect: dialect) }
            }
            return (dialect, vectors)
        }
    )

    /// Those of both releases whose `direction` is this one.
    static func both(_ direction: String, where isWanted: (Vector) -> Bool = { _ in true }) throws -> [Vector] {
        try Dialect.allCases.flatMap { try all($0) }.filter { $0.direction == direction && isWanted($0) }
    }

    /// The entries of a file, which may hold JSON nested as deep as a recorded bad request.
    static func file(_ name: String) throws -> [JSONValue] {
        let bytes = Array(try Fixtures.data("vectors/\(name).json"))
        let limits = WireLimits(size: bytes.count, depth: 64)
        return try #require(JSONReader.read(bytes, limits: limits, tolerance: .oldReleases).array)
    }
}

extension JSONValue {
    /// The bytes that a text of hexadecimal digits writes.
    var hexBytes: [UInt8]? {
        guard let digits = string.map({ Array($0.utf8) }), digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { position in
            UInt8(String(decoding: digits[position..<position + 2], as: UTF8.self), radix: 16) ?? 0
        }
    }
}

/// A vector that does not have the form it should have.
struct BadVector: Error {
    let message: String
}

extension JSONValue {
    /// The member under `key`, which must be there.
    func need(_ key: String) throws -> JSONValue {
        guard let value = self[key] else { throw BadVector(message: "no '\(key)' in \(self)") }
        return value
    }

    /// The text under `key`, which must be one.
    func text(_ key: String) throws -> String { try need(key).as(\.string) }
    /// The list under `key`, which must be one.
    func list(_ key: String) throws -> [JSONValue] { try need(key).as(\.array) }
    /// The integer under `key`, which must be one.
    func number(_ key: String) throws -> Int { try need(key).as(\.int) }

    /// What this value must be: a text for `\.string`.
    func `as`<Value>(_ form: KeyPath<JSONValue, Value?>) throws -> Value {
        guard let value = self[keyPath: form] else { throw BadVector(message: "unexpected \(self)") }
        return value
    }
}
