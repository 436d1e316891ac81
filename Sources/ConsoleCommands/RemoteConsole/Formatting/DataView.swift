import AcquisitionModel

/// JSON data as people read it: labels and values, lists of objects as tables. Every key is shown, known or not.
enum DataView {
    /// The lines of a value of any form.
    static func lines(_ value: JSONValue, indent: String = "", style: TextStyle) -> [String] {
        switch value {
        case .object(let object): members(object, indent: indent, style: style)
        case .array(let elements): list(elements, key: "", indent: indent, style: style)
        default: [indent + text(value)]
        }
    }

    private static func members(_ object: JSONObject, indent: String, style: TextStyle) -> [String] {
        if object.isEmpty { return [indent + "(empty)"] }
        let simple = object.members.filter { !isStructured($0.value) }
        let width = simple.map { TextWidth.of(Labels.of($0.key)) }.max() ?? 0
        var lines = simple.map { member in
            let label = Labels.of(member.key)
            let padding = String(repeating: " ", count: width - TextWidth.of(label) + 2)
            return indent + style.label(label) + padding + text(member.value, key: member.key)
        }
        for member in object.members where isStructured(member.value) {
            lines.append(indent + style.heading(Labels.of(member.key)))
            if let elements = member.value.array {
                lines += list(elements, key: member.key, indent: indent + "  ", style: style)
            } else {
                lines += self.lines(member.value, indent: indent + "  ", style: style)
            }
        }
        return lines
    }

    private static func list(_ elements: [JSONValue], key: String, indent: String, style: TextStyle) -> [String] {
        if elements.isEmpty { return [indent + "(none)"] }
        let objects = elements.compactMap(\.object)
        guard objects.count == elements.count else {
            return elements.flatMap { lines($0, indent: indent, style: style) }
        }
        var keys: [String] = []
        for object in objects {
            for member in object.members where !keys.contains(member.key) { keys.append(member.key) }
        }
        let isFlat = objects.allSatisfy { $0.members.allSatisfy { !isStructured($0.value) } }
        guard isFlat else {
            // One block for each, under its first value.
            return objects.flatMap { object in
                [indent + style.heading(object.members.first.map { text($0.value, key: $0.key) } ?? "-")]
                    + members(object, indent: indent + "  ", style: style)
            }
        }
        let rows = objects.map { object in
            keys.map { key in object.value(ofExactly: key).map { text($0, key: key) } ?? "" }
        }
        return Table(header: keys.map(Labels.of), rows: rows).lines(indent: indent, style: style)
    }

    /// Whether a value takes lines of its own: an object or list that holds something else than plain values.
    private static func isStructured(_ value: JSONValue) -> Bool {
        switch value {
        case .object(let object): !object.isEmpty
        case .array(let elements): elements.contains { $0.object != nil || $0.array != nil }
        default: false
        }
    }

    /// A plain value; numbers of a vocabulary with their names.
    static func text(_ value: JSONValue, key: String = "") -> String {
        if let number = value.int, let name = Labels.name(of: number, under: key) { return "\(name) (\(number))" }
        switch value {
        case .null: return "-"
        case .bool(let value): return value ? "yes" : "no"
        case .string(let text): return text.isEmpty ? "\"\"" : SafeText.of(text)
        case .array(let elements) where elements.isEmpty: return "(none)"
        case .array(let elements): return elements.map { text($0, key: key) }.joined(separator: ", ")
        case .object(let object) where object.isEmpty: return "(empty)"
        default: return SafeText.of(value.description)
        }
    }
}
