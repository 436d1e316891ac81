extension JSONValue {
    /// About how many bytes of memory the value holds beside itself. Looks at every value inside.
    package var weight: Int {
        switch self {
        case .null, .bool, .integer, .number: 0
        case .bigNumber(let number): Self.weight(of: number.text)
        case .string(let text): Self.weight(of: text)
        case .array(let elements):
            elements.reduce(elements.block(MemoryLayout<JSONValue>.stride)) { $0 + $1.weight }
        case .object(let object): object.weight
        }
    }

    /// What `text` holds; nothing where it stands in the value itself.
    static func weight(of text: String) -> Int {
        let count = text.utf8.count
        return count < 16 ? 0 : (count + 1).block
    }
}

extension JSONObject {
    /// About how many bytes of memory the object holds beside itself.
    var weight: Int {
        members.reduce(members.block(MemoryLayout<Member>.stride) + indexWeight) { sum, member in
            sum + JSONValue.weight(of: member.key) + member.value.weight
        }
    }
}

extension Array {
    /// What the elements stand in.
    fileprivate func block(_ stride: Int) -> Int { capacity == 0 ? 0 : (capacity * stride).block }
}

extension Int {
    /// So many bytes as the system gives them: with Swift's 32 of every block, its own 8, in steps of 16.
    fileprivate var block: Int { (self + 32 + 8 + 15) / 16 * 16 }
}
