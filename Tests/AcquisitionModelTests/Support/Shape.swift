import AcquisitionModel
import Testing

/// The form of a payload, as the catalogue describes it.
indirect enum Shape {
    /// Any value; this one will do.
    case value(JSONValue)
    /// `null`, or this.
    case nullable(Shape)
    /// A list of these.
    case list(Shape)
    /// An object with these members.
    case object([Member])

    /// A member of an object.
    struct Member {
        /// The key as the original spells it: `trial_id`.
        let name: String
        let shape: Shape
        let isRequired: Bool
    }
}

extension Shape {
    /// A value of this form, with keys spelt by `spell`, lists of two elements, and null wherever it may be.
    func sample(nulls: Bool = false, spell: (String) -> String) -> JSONValue {
        switch self {
        case .value(let value): value
        case .nullable(let shape): nulls ? .null : shape.sample(nulls: nulls, spell: spell)
        case .list(let shape): .array(Array(repeating: shape.sample(nulls: nulls, spell: spell), count: 2))
        case .object(let members):
            .object(members.map { (spell($0.name), $0.shape.sample(nulls: nulls, spell: spell)) })
        }
    }

    /// A value from which one key is missing.
    struct Damaged {
        /// Where the key would be: `detectors[0].isActive`.
        var path: String
        /// Whether the value is wrong without it.
        let isRequired: Bool
        var sample: JSONValue
    }

    /// Every value of this form from which one key is missing.
    func samplesWithoutAKey(spell: (String) -> String) -> [Damaged] {
        switch self {
        case .value:
            return []
        case .nullable(let shape):
            return shape.samplesWithoutAKey(spell: spell)
        case .list(let shape):
            return shape.samplesWithoutAKey(spell: spell).map { inner in
                Damaged(path: "[0].\(inner.path)", isRequired: inner.isRequired, sample: [inner.sample])
            }
        case .object(let members):
            return members.flatMap { Self.samples(of: members, without: $0, spell: spell) }
        }
    }

    /// The object of these members without `member`, and with each damaged form of it.
    private static func samples(
        of members: [Member],
        without member: Member,
        spell: (String) -> String
    ) -> [Damaged] {
        let whole = JSONObject(members.map { (spell($0.name), $0.shape.sample(spell: spell)) })
        let others = whole.members.filter { $0.key != spell(member.name) }.map { ($0.key, $0.value) }
        let key = KeyCase.camelize(member.name)
        var samples = [Damaged(path: key, isRequired: member.isRequired, sample: JSONValue.object(others))]
        for inner in member.shape.samplesWithoutAKey(spell: spell) {
            var damaged = whole
            damaged.set(spell(member.name), to: inner.sample)
            let path = inner.path.hasPrefix("[") ? key + inner.path : "\(key).\(inner.path)"
            samples.append(Damaged(path: path, isRequired: inner.isRequired, sample: .object(damaged)))
        }
        return samples
    }
}

extension Catalogue {
    /// The form of an event's context.
    func shape(ofEvent event: String) throws -> Shape {
        let json = try #require(json["events"]?[event])
        guard let payload = json["payload"]?.string else { return .value(.null) }
        let shape = try shape(ofType: payload)
        return json["payload_nullable"] == true ? .nullable(shape) : shape
    }

    /// The form of a type, as the original writes it: `List[ApiAlarmKind]`.
    func shape(ofType type: String) throws -> Shape {
        if let inner = type.argument(of: "Optional") { return .nullable(try shape(ofType: inner)) }
        if let inner = type.argument(of: "List") ?? type.argument(of: "Sequence") {
            return .list(try shape(ofType: inner))
        }
        if let inner = type.argument(of: "Union") {
            // Of an attribute form and a dictionary form, the second one.
            return try shape(ofType: String(try #require(inner.split(separator: ", ").last)))
        }
        switch type {
        case "str": return .value("some_Text-1 x")
        case "int": return .value(3)
        case "float": return .value(0.25)
        case "bool": return .value(true)
        case "UUID": return .value("123e4567-e89b-12d3-a456-426614174000")
        case "Any": return .value(["key": ["some_Text", 1.5, nil]])
        case "Mapping[str, Any]":
            return .object([Shape.Member(name: "free_key", shape: .value("some_Text"), isRequired: false)])
        case _ where enumerations.contains(type): return .value(try #require(members(of: type).last).value)
        default: break
        }
        let fields = try #require((json["typed_dicts"]?[type] ?? json["dataclasses"]?[type])?["fields"]?.array)
        return .object(
            try fields.map { field in
                Shape.Member(
                    name: try #require(field["name"]?.string),
                    shape: try shape(ofType: try #require(field["type"]?.string)),
                    isRequired: field["required"] == true
                )
            }
        )
    }
}

extension String {
    /// What is between the brackets of `generic[…]`.
    fileprivate func argument(of generic: String) -> String? {
        hasPrefix(generic + "[") && hasSuffix("]") ? String(dropFirst(generic.count + 1).dropLast()) : nil
    }
}
