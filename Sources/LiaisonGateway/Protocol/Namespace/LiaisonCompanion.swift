import AcquisitionModel
public import GatewayCore
import Synchronization

/// What clients can reach: values, functions and constructors that the program registered, and what clients keep under
/// names of their own. Nothing is imported and nothing evaluated.
///
/// ```swift
/// let companion = LiaisonCompanion()
/// try companion.value("rig.name", "rig-1")
/// try companion.register("rig.valve.open", .init("side", as: String.self), .init("milliseconds", default: 50)) {
///     side, milliseconds in
///     try await valves[side].open(for: .milliseconds(milliseconds))
/// }
/// ```
///
/// One companion is shared by all connections of a server (`protocol/liaison.md`, L17).
public final class LiaisonCompanion: Sendable {
    private let namespace: Mutex<LiaisonNamespace>

    /// A companion with nothing but the functions `companion.ping`, and `liaison.send(message)`, which sends a message to
    /// the client that connected last (`protocol/liaison.md`, L20).
    public init(limits: LiaisonStoreLimits = LiaisonStoreLimits()) {
        var namespace = LiaisonNamespace(limits: limits)
        let ping = LiaisonFunction("companion.ping") { "pong" }
        let send = LiaisonFunction(
            "liaison.send",
            LiaisonParameter<JSONValue>("message"),
            LiaisonParameter("timeout", default: 1.0)
        ) { message, _ in
            guard let call = LiaisonCall.current, let newest = call.peers?.newest else { return }
            call.afterReply { newest.pass(message) }
        }
        // The first names of all cannot be taken.
        for function in [ping, send] { try? namespace.register(function.name, .value(.function(function))) }
        self.namespace = Mutex(namespace)
    }

    // MARK: - The program

    /// Registers a value that stays as it is.
    ///
    /// - Throws: `GatewayError` of the code `badValue` where the name is none, or is taken.
    public func value(_ name: String, _ value: some LiaisonResult) throws(GatewayError) {
        try register(name, .value(value.liaisonValue))
    }

    /// Registers a value that is asked for each time.
    ///
    /// - Throws: `GatewayError` of the code `badValue` where the name is none, or is taken.
    public func value<Value: LiaisonResult>(
        _ name: String,
        _ value: @escaping @Sendable () async throws -> Value
    ) throws(GatewayError) {
        try register(name, .computed { try await value().liaisonValue })
    }

    /// Registers a function, or a constructor: a function that returns a ``LiaisonObject``.
    ///
    /// - Throws: `GatewayError` of the code `badValue` where the name is none, or is taken.
    public func register<each Value: LiaisonArgument, Result: LiaisonResult>(
        _ name: String,
        _ parameter: repeat LiaisonParameter<each Value>,
        body: @escaping @Sendable (repeat each Value) async throws -> Result
    ) throws(GatewayError) {
        try register(name, .value(.function(LiaisonFunction(name, repeat each parameter, body: body))))
    }

    /// Registers a function that returns nothing.
    ///
    /// - Throws: `GatewayError` of the code `badValue` where the name is none, or is taken.
    public func register<each Value: LiaisonArgument>(
        _ name: String,
        _ parameter: repeat LiaisonParameter<each Value>,
        body: @escaping @Sendable (repeat each Value) async throws -> Void
    ) throws(GatewayError) {
        try register(name, .value(.function(LiaisonFunction(name, repeat each parameter, body: body))))
    }

    private func register(_ name: String, _ member: LiaisonMember) throws(GatewayError) {
        do {
            try namespace.withLock { (namespace) throws(LiaisonError) in try namespace.register(name, member) }
        } catch {
            throw GatewayError(.badValue, error.message)
        }
    }

    // MARK: - The clients

    func store(_ name: String, _ value: LiaisonValue) throws(LiaisonError) {
        try namespace.withLock { (namespace) throws(LiaisonError) in try namespace.store(name, value) }
    }

    /// The value of a target, with its attributes.
    func resolve(_ target: String, isRegisteredOnly: Bool = false) async throws -> LiaisonValue {
        let found = try find(target, isRegisteredOnly: isRegisteredOnly)
        var value = try await found.member.value()
        for name in found.attributes { value = try await value.attribute(name) }
        return value
    }

    /// Whether there is such a target. A value that is asked for each time is not asked for.
    func exists(_ target: String) async -> Bool {
        guard let found = try? find(target, isRegisteredOnly: false) else { return false }
        if found.attributes.isEmpty { return true }
        return (try? await resolve(target)) != nil
    }

    private func find(_ target: String, isRegisteredOnly: Bool) throws(LiaisonError) -> LiaisonNamespace.Found {
        try namespace.withLock { (namespace) throws(LiaisonError) in
            try namespace.find(target, isRegisteredOnly: isRegisteredOnly)
        }
    }
}

extension LiaisonValue {
    /// An attribute of an object, or a member of a JSON object.
    fileprivate func attribute(_ name: String) async throws -> LiaisonValue {
        switch self {
        case .object(let object):
            if let member = object.members[name] { return try await member.value() }
            throw missing(name, among: object.members.keys.sorted())
        case .plain(.object(let object)):
            if let value = object.value(ofExactly: name) { return .plain(value) }
            throw missing(name, among: object.members.map(\.key))
        case .dictionary(let members):
            if let member = members.first(where: { $0.name == name }) { return member.value }
            throw missing(name, among: members.map(\.name))
        default: throw missing(name, among: [])
        }
    }

    private func missing(_ name: String, among known: [String]) -> LiaisonError {
        let near = NearNames.of(name, among: known)
        let hint = near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"
        return LiaisonError("AttributeError", "'\(typeName)' object has no attribute '\(name)'\(hint)")
    }
}
