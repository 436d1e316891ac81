/// Writes free data with its keys in camelCase, values untouched (`protocol/autotrainer.md`, section 2).
public struct CamelCaseKeys: WireEncodable {
    private let value: JSONValue

    /// Free data whose keys are to be converted on the way out.
    public init(_ value: JSONValue) { self.value = value }

    /// Writes the value; where two keys become one, the last value counts, at the place of the first.
    public func encode(to writer: inout JSONWriter) {
        switch value {
        case .array(let elements):
            writer.array { writer in
                for element in elements { CamelCaseKeys(element).encode(to: &writer) }
            }
        case .object(let object):
            let converted = JSONObject(object.members.map { (KeyCase.camelize($0.key), $0.value) })
            writer.object { writer in
                for member in converted.members { writer.field(named: member.key, CamelCaseKeys(member.value)) }
            }
        default:
            value.encode(to: &writer)
        }
    }
}
