#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A payload that Swift's `Codable` reads and writes: for a type of the lab's own, whose members then are all there is to
/// write.
///
/// ```swift
/// struct ValveContext: CodablePayload {
///     var valve: Int
///     var microlitres: Double
/// }
///
/// extension ApiEventType where Payload == ValveContext {
///     static var valveOpened: Self { Self(ApiEventKind.define(90_001, "valveOpened")) }
/// }
/// ```
///
/// It is sent as every typed payload: `sendEvent(.valveOpened, ValveContext(valve: 3, microlitres: 2.5))`,
/// `.success(encoding:)`, `request(_:encoding:)`. Keys go out in camelCase, and are read in either spelling. Dates are seconds
/// since 1970, data is base64, NaN and the infinities are `null`.
///
/// Slow beside a type that writes its own ``WireCodable``: an event with a number and two texts takes eleven times as long
/// (2.9 µs of its sender's time instead of 0.27), and 28 allocations instead of 1. That is nothing for ten events a second,
/// and much for ten thousand.
public protocol CodablePayload: Codable, WireCodable, Sendable {}

extension CodablePayload {
    /// Reads the members; what is missing or of another type is named in the error.
    public init(json: JSONValue) throws(WireError) { self = try json.decoded() }

    /// Writes the members, keys in camelCase.
    public func encode(to writer: inout JSONWriter) {
        do {
            CamelCaseKeys(try JSONValue(encoding: self)).encode(to: &writer)
        } catch {
            writer.refuse(error)
        }
    }
}

extension JSONValue {
    /// What Swift's `Codable` makes of `value`: dates as seconds since 1970, data as base64, NaN and the infinities as `null`.
    ///
    /// Slow beside a literal; see ``CodablePayload``.
    ///
    /// - Throws: ``WireError`` of the rule `type` where the value does not let itself be encoded.
    public init(encoding value: some Encodable) throws(WireError) {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .secondsSince1970
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: Self.noNumber,
            negativeInfinity: Self.noNumber,
            nan: Self.noNumber
        )
        let bytes: [UInt8]
        do {
            bytes = Array(try encoder.encode(value))
        } catch {
            throw WireError(.type, "\(type(of: value)) cannot be encoded: \(Self.reason(error))")
        }
        self = try JSONReader.read(bytes, limits: .unlimited).replacing(.string(Self.noNumber), by: .null)
    }

    /// The value that Swift's `Codable` reads here; see ``CodablePayload``. Its coding keys are all in camelCase or all in
    /// snake_case; on the wire they may be in either.
    ///
    /// - Throws: ``WireError`` of the rule `type`, which says what is missing or of another type, and where.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws(WireError) -> Value {
        do {
            return try withCamelCaseKeys.decodedAsItIs()
        } catch {
            guard let value: Value = try? withSnakeCaseKeys.decodedAsItIs() else { throw error }
            return value
        }
    }

    private func decodedAsItIs<Value: Decodable>() throws(WireError) -> Value {
        var writer = JSONWriter(limits: .unlimited)
        encode(to: &writer)
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        do {
            return try decoder.decode(Value.self, from: Data(writer.bytes))
        } catch let error as DecodingError {
            throw WireError(error, Value.self)
        } catch {
            throw WireError(.type, "\(Value.self) cannot be read: \(error)")
        }
    }

    /// What stands for a number that JSON does not have until it is `null`: a text that nobody writes.
    private static let noNumber = "\u{0}\u{FFFF}no number\u{0}"

    private func replacing(_ value: JSONValue, by other: JSONValue) -> JSONValue {
        switch self {
        case value: other
        case .array(let elements): .array(elements.map { $0.replacing(value, by: other) })
        case .object(let object):
            .object(JSONObject(object.members.map { ($0.key, $0.value.replacing(value, by: other)) }))
        default: self
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard case EncodingError.invalidValue(_, let context) = error else { return "\(error)" }
        return context.debugDescription
    }
}

extension WireError {
    /// What a decoder found missing, or of another type.
    fileprivate init(_ error: DecodingError, _ type: Any.Type) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(.missingKey, "The key is missing", path: Self.path(context.codingPath + [key]))
        case .typeMismatch(let expected, let context):
            self.init(.type, "Expected \(expected)", path: Self.path(context.codingPath))
        case .valueNotFound(let expected, let context):
            self.init(.type, "Expected \(expected), found null", path: Self.path(context.codingPath))
        case .dataCorrupted(let context):
            self.init(.type, context.debugDescription, path: Self.path(context.codingPath))
        @unknown default:
            self.init(.type, "\(type) cannot be read: \(error)")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }
}
