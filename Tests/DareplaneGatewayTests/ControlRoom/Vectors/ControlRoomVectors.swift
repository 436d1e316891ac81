import AcquisitionModel
import TestSupport
import Testing

/// One recording of what the real control room did.
struct ControlRoomVector: Sendable, CustomTestStringConvertible {
    let json: JSONValue

    var name: String { json["name"]?.string ?? "?" }
    var category: String { json["category"]?.string ?? "?" }
    var testDescription: String { name }

    subscript(_ key: String) -> JSONValue? { json[key] }

    /// The texts of a list.
    func texts(_ key: String) throws -> [String] {
        let list = try #require(json[key]?.array)
        return list.compactMap(\.string)
    }

    /// All of them.
    static let all: [ControlRoomVector] = {
        guard let data = try? Fixtures.data("vectors/dareplane-control-room.json"),
            let list = try? JSONReader.read(Array(data)).array
        else { return [] }
        return list.map(ControlRoomVector.init)
    }()

    static func of(_ category: String) -> [ControlRoomVector] { all.filter { $0.category == category } }
}

/// How this package differs from the real control room, and means it.
enum ControlRoomDifferences {
    struct Difference: Sendable {
        /// What we do, in the form of what was recorded.
        let ours: JSONValue
        let why: String
    }

    static let all: [String: Difference] = [
        "broker-empty-payload": Difference(
            ours: ["mod-b": "STOP;"],
            why: "modules before 0.0.24 ignore commands of their own with an empty payload (D12)"
        ),
        "broker-four-parts": Difference(
            ours: ["mod-b": #"GO|{"a": "x\u007cy"};"#],
            why: "a bar within a JSON text can be written so that it arrives"
        ),
        "broker-trailing-newline": Difference(
            ours: ["mod-b": "GO|{};"],
            why: "the end of a line is no part of a payload"
        ),
        "broker-two-at-once": Difference(ours: ["mod-b": "GO|{};STOP|{};"], why: "both arrive (D25)"),
        "broker-payload-ends-with-1": Difference(ours: ["mod-b": "GO|11;"], why: "no answer 1 was due (D27)"),
        "broker-payload-number-21": Difference(ours: ["mod-b": "GO|21;"], why: "no answer 1 was due (D27)"),
        "broker-module-name-starting-with-1": Difference(
            ours: ["1a": "GO|{};"],
            why: "there is a module of this name (D27)"
        ),
        "ao-payload-43": Difference(ours: "its", why: "the quotes are those of Python, and no part of the text (D29)"),
        "template-49": Difference(
            ours: ["a": "z", "b": "z", "c": "z"],
            why: "the order of the parameters does not matter (D39)"
        ),
        "macro-json-true": Difference(ours: #"START|{"a": true};"#, why: "parameters may be JSON as well (D38)"),
        "macro-quote-in-value": Difference(ours: #"START|{"a": "it's"};"#, why: "an apostrophe stays one (D40)"),
        "macro-semicolon": Difference(
            ours: #"START|{"a": "x\u003by"};"#,
            why: "a semicolon within a JSON text can be written so that it arrives (D13, D40)"
        ),
        "connect-only": Difference(
            ours: ["pcomms": ["RUN", "HALT"], "is_up": false],
            why: "a module that is not connected is not up (D22)"
        ),
        "config-current": Difference(ours: ["a"], why: "the current form is read (D35)"),
    ]

    /// What is expected in the place of what was recorded.
    static func expected(_ recorded: JSONValue, for vector: ControlRoomVector) -> JSONValue {
        guard let difference = all[vector.name] else { return recorded }
        #expect(difference.ours != recorded, "\(vector.name) is declared as different, and is not")
        return difference.ours
    }
}
