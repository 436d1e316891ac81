/// Data in which `$name` stands for an argument.
public enum Template {
    /// Fills `template`: a text that is `$name` alone becomes the argument of that name, whatever its type; within other
    /// text `$name` becomes its text. `$$` is one `$`. Names are letters, digits, `_`, and `.` between the names of
    /// nested members, as far as there are such; `$*` is all arguments as they are. A name counts as it is spelled, and only
    /// where there is no such argument in its other spelling, in snake_case or camelCase.
    ///
    /// - Throws: ``GatewayError`` of the code `badValue` that names an argument which is not there.
    public static func fill(_ template: JSONValue, with arguments: JSONValue) throws(GatewayError) -> JSONValue {
        switch template {
        case .string(let text): return try fill(text, with: arguments)
        case .array(let elements):
            var filled: [JSONValue] = []
            for element in elements { filled.append(try fill(element, with: arguments)) }
            return .array(filled)
        case .object(let object):
            var filled = JSONObject()
            for member in object.members { filled.set(member.key, to: try fill(member.value, with: arguments)) }
            return .object(filled)
        default: return template
        }
    }

    private static func fill(_ text: String, with arguments: JSONValue) throws(GatewayError) -> JSONValue {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.hasPrefix("$") {
                result += "$"
                rest = rest.dropFirst()
                continue
            }
            var name = self.name(at: rest)
            guard !name.isEmpty else {
                result += "$"
                continue
            }
            let whole = name
            var value = value(of: name, in: arguments)
            // `$name.xdf`: what follows a dot belongs to the text where there is nothing that could have members.
            while value == nil, let dot = name.lastIndex(of: ".") {
                name = name[..<dot]
                value = self.value(of: name, in: arguments)
                if value?.object != nil || value?.array != nil {
                    value = nil
                    break
                }
            }
            guard let value else {
                throw GatewayError(.badValue, "There is no argument '\(whole)' for '\(text)'")
            }
            rest = rest.dropFirst(name.count)
            if result.isEmpty, rest.isEmpty, text.hasPrefix("$"), text.count == name.count + 1 { return value }
            result += value.string ?? value.description
        }
        return .string(result + rest)
    }

    /// The name with which `text` begins: a dot at its end belongs to the sentence.
    private static func name(at text: Substring) -> Substring {
        if text.hasPrefix("*") { return text.prefix(1) }
        var name = text.prefix { $0 == "_" || $0 == "." || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
        while name.hasSuffix(".") { name = name.dropLast() }
        return name.hasPrefix(".") ? "" : name
    }

    private static func value(of name: Substring, in arguments: JSONValue) -> JSONValue? {
        if name == "*" { return arguments }
        var value: JSONValue? = arguments
        for part in name.split(separator: ".") {
            switch value {
            case .object(let object): value = object.value(preferringExactly: String(part))
            case .array(let elements):
                // `nil` alone would be JSON's null.
                guard let index = Int(part), elements.indices.contains(index) else { return .none }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }
}
