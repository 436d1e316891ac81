/// The members of a request that the protocol names.
enum RequestBody {
    /// All members, of a short request.
    case read(JSONObject)
    /// Those that are named, in the order of their keys.
    case outlined([(key: String, value: RequestValue)])

    /// The keys that count, in camelCase.
    private static let names = ["command", "customCommand", "nonce", "data", "keys", "client", "epoch", "deadline"]

    /// Reads the object that `bytes` hold. What is large is checked and stays as it is; what is not named costs nothing.
    ///
    /// - Throws: what ``JSONReader`` throws for the same bytes; ``WireError`` of the rule `type` where they hold no object.
    init(_ bytes: [UInt8], limits: WireLimits) throws(WireError) {
        if bytes.count <= RequestValue.eagerSize {
            self = .read(try JSONObject(json: JSONReader.read(bytes, limits: limits)))
        } else {
            self = .outlined(try Self.outline(bytes, limits))
        }
    }

    private static func outline(
        _ bytes: [UInt8],
        _ limits: WireLimits
    ) throws(WireError) -> [(key: String, value: RequestValue)] {
        var members: [(key: String, value: RequestValue)] = []
        let other = try JSONReader.read(bytes, limits: limits) { reader throws(WireError) -> JSONValue? in
            guard reader.peek == UInt8(ascii: "{") else { return try reader.skipValue() }
            try reader.forEachMember { reader, key throws(WireError) in
                let start = reader.index
                _ = try reader.skipValue()
                guard isNamed(key) else { return }
                let value: RequestValue
                if reader.index - start > RequestValue.eagerSize {
                    value = .unread(UnreadValue(start..<reader.index, of: bytes))
                } else {
                    reader.index = start
                    value = .read(try reader.value())
                }
                // Of the same key the last value counts, at the place of the first.
                if let index = members.firstIndex(where: { $0.key.utf8.elementsEqual(key.utf8) }) {
                    members[index].value = value
                } else {
                    members.append((key, value))
                }
            }
            return nil
        }
        if let other { throw .expected("an object", found: other) }
        return members
    }

    private static func isNamed(_ key: String) -> Bool { names.contains { isKey(key, for: $0) } }

    private static func isKey(_ key: String, for name: String) -> Bool {
        key.utf8.elementsEqual(name.utf8) || KeyCase.isSnakeCase(key, of: name)
    }

    /// The value under `name`, or under its snake_case spelling; where both are there, the later one.
    subscript(_ name: String) -> RequestValue? {
        switch self {
        case .read(let object): object[name].map { .read($0) }
        case .outlined(let members): members.last { Self.isKey($0.key, for: name) }?.value
        }
    }
}
