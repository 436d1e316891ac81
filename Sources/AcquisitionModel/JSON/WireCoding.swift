/// A value that can be written as JSON on the wire.
public protocol WireEncodable {
    /// Writes this value, one JSON value and no more.
    func encode(to writer: inout JSONWriter)
}

/// A value that can be read from JSON on the wire.
public protocol WireDecodable {
    /// Reads the value; throws a ``WireError`` that says what was expected and where.
    init(json: JSONValue) throws(WireError)
}

/// A value that goes both ways.
public typealias WireCodable = WireDecodable & WireEncodable

extension WireEncodable {
    /// This value as JSON text in UTF-8; throws where it does not fit `limits`.
    public func encoded(limits: WireLimits = .standard) throws(WireError) -> [UInt8] {
        var writer = JSONWriter(limits: limits)
        encode(to: &writer)
        return try writer.finish()
    }

    /// This value as a ``JSONValue``; throws where it does not fit `limits`.
    public func json(limits: WireLimits = .standard) throws(WireError) -> JSONValue {
        try JSONReader.read(encoded(limits: limits), limits: limits)
    }
}

extension JSONValue: WireCodable {
    /// The value itself.
    public init(json: JSONValue) { self = json }

    /// Writes the value as it is.
    public func encode(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.writeFreeNull()
        case .bool(let value): writer.write(value)
        case .integer(let value): writer.write(value)
        case .number(let value): writer.write(value)
        case .bigNumber(let value): writer.write(value)
        case .string(let value): writer.write(value)
        case .array(let elements): elements.encode(to: &writer)
        case .object(let object): object.encode(to: &writer)
        }
    }
}

extension JSONObject: WireCodable {
    /// The object that `json` is.
    public init(json: JSONValue) throws(WireError) {
        guard case .object(let object) = json else { throw .expected("an object", found: json) }
        self = object
    }

    /// Writes the members in their order.
    public func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            for member in members { writer.field(named: member.key, member.value) }
        }
    }
}

extension Int: WireCodable {
    /// The integer that `json` is; a number without a fraction (`101.0`) counts.
    public init(json: JSONValue) throws(WireError) {
        guard let value = json.int else { throw .expected("an integer", found: json) }
        self = value
    }

    /// Writes the integer.
    public func encode(to writer: inout JSONWriter) { writer.write(self) }
}

extension Double: WireCodable {
    /// The number that `json` is; `null` is NaN, since NaN and the infinities go out as `null`.
    public init(json: JSONValue) throws(WireError) {
        if json.isNull {
            self = .nan
        } else if let value = json.double {
            self = value
        } else {
            throw .expected("a number", found: json)
        }
    }

    /// Writes the number; NaN and the infinities as `null`.
    public func encode(to writer: inout JSONWriter) { writer.write(self) }
}

extension Bool: WireCodable {
    /// The boolean that `json` is.
    public init(json: JSONValue) throws(WireError) {
        guard let value = json.bool else { throw .expected("a boolean", found: json) }
        self = value
    }

    /// Writes the boolean.
    public func encode(to writer: inout JSONWriter) { writer.write(self) }
}

extension String: WireCodable {
    /// The text that `json` is.
    public init(json: JSONValue) throws(WireError) {
        guard let value = json.string else { throw .expected("text", found: json) }
        self = value
    }

    /// Writes the text.
    public func encode(to writer: inout JSONWriter) { writer.write(self) }
}

extension Array: WireEncodable where Element: WireEncodable {
    /// Writes the elements as a list.
    public func encode(to writer: inout JSONWriter) {
        writer.array { writer in
            for element in self { element.encode(to: &writer) }
        }
    }
}

extension Array: WireDecodable where Element: WireDecodable {
    /// The list that `json` is.
    public init(json: JSONValue) throws(WireError) {
        guard let elements = json.array else { throw .expected("a list", found: json) }
        self = []
        reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            do {
                append(try Element(json: element))
            } catch {
                throw error.inside("[\(index)]")
            }
        }
    }
}

extension Optional: WireEncodable where Wrapped: WireEncodable {
    /// Writes the value, or `null`.
    public func encode(to writer: inout JSONWriter) {
        switch self {
        case .some(let value): value.encode(to: &writer)
        case .none: writer.writeNull()
        }
    }
}

extension Optional: WireDecodable where Wrapped: WireDecodable {
    /// nil for `null`, the value otherwise.
    public init(json: JSONValue) throws(WireError) {
        self = json.isNull ? nil : try Wrapped(json: json)
    }
}

extension JSONObject {
    /// The value under `key` or its snake_case spelling; throws where there is none or where it is of another type.
    public func read<Value: WireDecodable>(_ key: String, as type: Value.Type = Value.self) throws(WireError) -> Value {
        guard let json = self[key] else {
            throw WireError(.missingKey, "The key is missing", path: key)
        }
        do {
            return try Value(json: json)
        } catch {
            throw error.inside(key)
        }
    }

    /// The value under `key` or its snake_case spelling, `absent` where there is none; throws where it is of
    /// another type.
    public func read<Value: WireDecodable>(_ key: String, default absent: Value) throws(WireError) -> Value {
        self[key] == nil ? absent : try read(key)
    }
}

extension WireError {
    /// A value of another type than the message asks for.
    public static func expected(_ expected: String, found: JSONValue) -> WireError {
        WireError(.type, "Expected \(expected), found \(found.kindInWords)")
    }
}
