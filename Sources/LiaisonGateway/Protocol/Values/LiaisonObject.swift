public import AcquisitionModel

/// An object with attributes and methods, as a registered constructor makes them for `init`.
///
/// ```swift
/// try companion.register("rig.Valve", .init("side", as: String.self)) { side in
///     var valve = LiaisonObject(type: "Valve")
///     valve.attribute("side", side)
///     valve.method("open", .init("milliseconds", default: 50)) { try await valves[side].open(for: .milliseconds($0)) }
///     return valve
/// }
/// ```
public struct LiaisonObject: Sendable {
    /// What its type is called.
    public let type: String
    /// What crosses the wire where the object itself is the answer; nil for its description.
    public var json: @Sendable () -> JSONValue?
    /// Its text.
    public var description: String
    private(set) var members: [String: LiaisonMember] = [:]

    /// An object without members.
    public init(type: String, json: @escaping @Sendable () -> JSONValue? = { nil }) {
        self.type = type
        self.json = json
        description = "<\(type) object>"
    }

    /// Gives it an attribute that stays as it is.
    public mutating func attribute(_ name: String, _ value: some LiaisonResult) {
        members[name] = .value(value.liaisonValue)
    }

    /// Gives it an attribute that is asked for each time.
    public mutating func attribute<Value: LiaisonResult>(
        _ name: String,
        _ value: @escaping @Sendable () async throws -> Value
    ) {
        members[name] = .computed { try await value().liaisonValue }
    }

    /// Gives it a method.
    public mutating func method<each Value: LiaisonArgument, Result: LiaisonResult>(
        _ name: String,
        _ parameter: repeat LiaisonParameter<each Value>,
        body: @escaping @Sendable (repeat each Value) async throws -> Result
    ) {
        attribute(name, LiaisonFunction("\(type).\(name)", repeat each parameter, body: body))
    }

    /// Gives it a method that returns nothing.
    public mutating func method<each Value: LiaisonArgument>(
        _ name: String,
        _ parameter: repeat LiaisonParameter<each Value>,
        body: @escaping @Sendable (repeat each Value) async throws -> Void
    ) {
        attribute(name, LiaisonFunction("\(type).\(name)", repeat each parameter, body: body))
    }
}

/// What stands under a name.
enum LiaisonMember: Sendable {
    case value(LiaisonValue)
    case computed(@Sendable () async throws -> LiaisonValue)

    func value() async throws -> LiaisonValue {
        switch self {
        case .value(let value): value
        case .computed(let body): try await body()
        }
    }
}
