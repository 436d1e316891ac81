/// Writes free data with its keys in camelCase, values untouched (`protocol/autotrainer.md`, section 2).
public struct CamelCaseKeys: WireEncodable {
    private let value: JSONValue
    private let isReversible: Bool

    /// Free data whose keys are to be converted on the way out.
    public init(_ value: JSONValue) { self.init(value, isReversible: false) }

    /// - Parameter isReversible: whether keys that snake_case would not give back stay as they are.
    init(_ value: JSONValue, isReversible: Bool) {
        self.value = value
        self.isReversible = isReversible
    }

    /// Writes the value; where two keys become one, the last value counts, at the place of the first.
    public func encode(to writer: inout JSONWriter) {
        switch value {
        case .array(let elements):
            writer.array { writer in
                for element in elements { CamelCaseKeys(element, isReversible: isReversible).encode(to: &writer) }
            }
        case .object(let object):
            let converted =
                isReversible
                ? object.convertingKeys(KeyCase.reversiblyCamelized)
                : JSONObject(object.members.map { (KeyCase.camelize($0.key), $0.value) })
            writer.object { writer in
                for member in converted.members {
                    writer.field(named: member.key, CamelCaseKeys(member.value, isReversible: isReversible))
                }
            }
        default:
            value.encode(to: &writer)
        }
    }
}

/// Writes free data with its keys as a rule says.
package struct FreeData: WireEncodable {
    private let value: JSONValue
    private let keys: KeyRule

    package init(_ value: JSONValue, _ keys: KeyRule) {
        self.value = value
        self.keys = keys
    }

    package func encode(to writer: inout JSONWriter) {
        switch keys {
        case .camelCase: CamelCaseKeys(value).encode(to: &writer)
        case .asGiven: value.encode(to: &writer)
        }
    }
}
