import AcquisitionModel
import TestSupport
import Testing

/// One recording of what the Python package did (`Tests/Fixtures/vectors/iblutil-net.json`).
struct Vector: Sendable, CustomTestStringConvertible {
    let json: JSONValue

    var name: String { json["name"]?.string ?? "?" }
    var category: String { json["category"]?.string ?? "?" }
    /// The name without the transport and the direction: `init-null` of `udp-in-init-null`.
    var subject: String { name.split(separator: "-").dropFirst(2).joined(separator: "-") }
    var transport: String { json["transport"]?.string ?? "udp" }
    var testDescription: String { name }

    subscript(_ key: String) -> JSONValue? { json[key] }

    func texts(_ key: String) -> [String] { json[key]?.array?.compactMap(\.string) ?? [] }

    /// All of the file, in its order.
    static let all: [Vector] = {
        guard let bytes = try? Array(Fixtures.data("vectors/iblutil-net.json")),
            let vectors = try? JSONReader.read(bytes, tolerance: .oldReleases).array
        else { return [] }
        return vectors.map(Vector.init(json:))
    }()

    static func of(_ categories: String...) -> [Vector] { all.filter { categories.contains($0.category) } }
}

extension JSONValue {
    /// The bytes that a text of hexadecimal digits writes.
    var hexBytes: [UInt8] {
        let digits = Array((string ?? "").utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).map { position in
            UInt8(String(decoding: digits[position...position + 1], as: UTF8.self), radix: 16) ?? 0
        }
    }
}

/// The UTF-8 of a text.
func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

/// The text of some UTF-8.
func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
