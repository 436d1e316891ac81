import AcquisitionModel
import TestSupport
import Testing

/// What a release of the original has: its enumerations, its types, its events.
struct Catalogue: Sendable {
    /// The whole catalogue.
    let json: JSONValue

    /// The catalogue of the release that `dialect` speaks.
    init(_ dialect: Dialect) throws {
        json = try #require(Self.loaded[dialect]).get()
    }

    private static let loaded = Dictionary(
        uniqueKeysWithValues: Dialect.allCases.map { dialect in
            (dialect, Result { try Fixtures.json("catalogue/autotrainer-\(dialect.release).json") })
        }
    )

    /// The names of the enumerations.
    var enumerations: [String] { json["enums"]?.object?.members.map(\.key) ?? [] }

    /// The members of an enumeration, in their order.
    func members(of enumeration: String) throws -> [(name: String, value: JSONValue)] {
        try #require(json["enums"]?[enumeration]?["members"]?.object).members.map { ($0.key, $0.value) }
    }

    /// The names of the events.
    var events: [String] { json["events"]?.object?.members.map(\.key) ?? [] }

    /// The names of the types with which Swift says the same, without the additions of the original.
    static func swiftName(_ name: String) -> String {
        switch name {
        case "ApiCommandReqeustResult": "ApiCommandRequestResult"
        case "StatusResponse": "LegacyStatus"
        case "ConfigurationResponse": "LegacyConfiguration"
        case _ where name.hasSuffix("Like") || name.hasSuffix("Dict"): String(name.dropLast(4))
        default: name
        }
    }

    /// The member as Swift spells it: `calibration3d` for `CALIBRATION_3D`; members in camelCase stay.
    static func swiftMember(_ name: String) -> String {
        let isCamelCase = !name.contains("_") && name.contains(where: \.isLowercase)
        return isCamelCase ? name : KeyCase.camelize(name.lowercased())
    }
}
