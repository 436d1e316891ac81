/// A parameter of a registered function: its name, its type, and its value where it is left out.
///
/// ```swift
/// try companion.register("rig.valve.open", .init("side", as: String.self), .init("milliseconds", default: 50)) {
///     side, milliseconds in
///     try await valves[side].open(for: .milliseconds(milliseconds))
/// }
/// ```
public struct LiaisonParameter<Value: LiaisonArgument>: Sendable {
    /// The name by which it may be given.
    public let name: String
    let defaultValue: Value?

    /// A parameter that must be given.
    public init(_ name: String, as type: Value.Type = Value.self) {
        self.name = name
        defaultValue = nil
    }

    /// A parameter that may be left out.
    public init(_ name: String, default value: Value) {
        self.name = name
        defaultValue = value
    }

    /// The value that was given, or the default.
    func value(from given: LiaisonSignature.Values, of function: String) throws(LiaisonError) -> Value {
        guard let argument = given.named[name] else {
            if let defaultValue { return defaultValue }
            throw LiaisonError("TypeError", "\(function)() missing 1 required positional argument: '\(name)'")
        }
        guard let value = Value(liaison: argument) else {
            let expected = Value.liaisonTypeName
            throw LiaisonError("TypeError", "\(function)(): '\(name)' must be \(expected), not \(argument.typeName)")
        }
        return value
    }
}
