/// A function that clients call by name: typed, with the names of its arguments.
public struct LiaisonFunction: Sendable {
    /// The whole name under which it is registered; of a method, with the type of its object.
    public let name: String
    private let signature: LiaisonSignature
    private let body: @Sendable (LiaisonSignature.Values) async throws -> LiaisonValue

    /// A function.
    ///
    /// - Parameters:
    ///   - name: its whole name: `rig.valve.open`.
    ///   - parameter: its parameters, in their order.
    ///   - body: what it does. What it throws is the client's error; see ``LiaisonError``. ``LiaisonCall/current`` is the
    ///     call it is part of.
    public init<each Value: LiaisonArgument, Result: LiaisonResult>(
        _ name: String,
        _ parameter: repeat LiaisonParameter<each Value>,
        body: @escaping @Sendable (repeat each Value) async throws -> Result
    ) {
        let path = LiaisonName.joined(name)
        let short = LiaisonName.last(path)
        var parameters: [LiaisonSignature.Parameter] = []
        for parameter in repeat each parameter {
            parameters.append(.init(name: parameter.name, isRequired: parameter.defaultValue == nil))
        }
        self.name = path
        signature = LiaisonSignature(short, parameters)
        self.body = { values in
            try await body(repeat try (each parameter).value(from: values, of: short)).liaisonValue
        }
    }

    /// A function that returns nothing.
    public init<each Value: LiaisonArgument>(
        _ name: String,
        _ parameter: repeat LiaisonParameter<each Value>,
        body: @escaping @Sendable (repeat each Value) async throws -> Void
    ) {
        self.init(name, repeat each parameter) { (value: repeat each Value) async throws -> LiaisonValue in
            try await body(repeat each value)
            return .none
        }
    }

    /// Calls it.
    ///
    /// - Throws: ``LiaisonError`` of the type `TypeError` where the arguments do not fit, or what the function throws.
    public func callAsFunction(
        _ arguments: [LiaisonValue] = [],
        keywords: [(name: String, value: LiaisonValue)] = []
    ) async throws -> LiaisonValue {
        try await body(signature.bind(arguments, keywords))
    }

    /// `python:///module:name`, as Liaison writes functions and classes (`protocol/liaison.md`, L15).
    var address: String {
        let short = LiaisonName.last(name)
        let module = name.dropLast(short.count + 1)
        return module.isEmpty ? "python:///\(short)" : "python:///\(module):\(short)"
    }
}
