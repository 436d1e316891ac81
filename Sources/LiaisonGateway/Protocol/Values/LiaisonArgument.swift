public import AcquisitionModel

/// What a registered function takes.
public protocol LiaisonArgument: Sendable {
    /// What Python calls the type, for error messages.
    static var liaisonTypeName: String { get }
    /// The argument that a value is; nil where it is of another type.
    init?(liaison value: LiaisonValue)
}

/// What a registered function returns, or an attribute is.
public protocol LiaisonResult: Sendable {
    /// The value.
    var liaisonValue: LiaisonValue { get }
}

extension LiaisonValue: LiaisonArgument, LiaisonResult {
    /// Any type.
    public static var liaisonTypeName: String { "any" }
    /// The value itself.
    public init?(liaison value: LiaisonValue) { self = value }
    /// The value itself.
    public var liaisonValue: LiaisonValue { self }
}

extension JSONValue: LiaisonArgument, LiaisonResult {
    /// Any type.
    public static var liaisonTypeName: String { "any" }
    /// The value as it would cross the wire.
    public init?(liaison value: LiaisonValue) { self = value.json }
    /// The value.
    public var liaisonValue: LiaisonValue { .plain(self) }
}

extension Bool: LiaisonArgument, LiaisonResult {
    /// `bool`.
    public static var liaisonTypeName: String { "bool" }
    /// A boolean.
    public init?(liaison value: LiaisonValue) {
        guard case .plain(.bool(let value)) = value else { return nil }
        self = value
    }
    /// The value.
    public var liaisonValue: LiaisonValue { .plain(.bool(self)) }
}

extension Int: LiaisonArgument, LiaisonResult {
    /// `int`.
    public static var liaisonTypeName: String { "int" }
    /// An integer; also a number without a fraction, since JavaScript knows no other.
    public init?(liaison value: LiaisonValue) {
        guard case .plain(let value) = value, let number = value.int else { return nil }
        self = number
    }
    /// The value.
    public var liaisonValue: LiaisonValue { .plain(.integer(Int64(self))) }
}

extension Double: LiaisonArgument, LiaisonResult {
    /// `float`.
    public static var liaisonTypeName: String { "float" }
    /// A number.
    public init?(liaison value: LiaisonValue) {
        guard case .plain(let value) = value, let number = value.double else { return nil }
        self = number
    }
    /// The value.
    public var liaisonValue: LiaisonValue { .plain(.number(self)) }
}

extension String: LiaisonArgument, LiaisonResult {
    /// `str`.
    public static var liaisonTypeName: String { "str" }
    /// Text.
    public init?(liaison value: LiaisonValue) {
        guard case .plain(.string(let text)) = value else { return nil }
        self = text
    }
    /// The value.
    public var liaisonValue: LiaisonValue { .plain(.string(self)) }
}

extension Optional: LiaisonArgument where Wrapped: LiaisonArgument {
    /// `int or None`.
    public static var liaisonTypeName: String { "\(Wrapped.liaisonTypeName) or None" }
    /// Nil for None.
    public init?(liaison value: LiaisonValue) {
        if case .plain(.null) = value {
            self = .none
        } else if let value = Wrapped(liaison: value) {
            self = .some(value)
        } else {
            return nil
        }
    }
}

extension Optional: LiaisonResult where Wrapped: LiaisonResult {
    /// None for nil.
    public var liaisonValue: LiaisonValue { self?.liaisonValue ?? .none }
}

extension Array: LiaisonArgument where Element: LiaisonArgument {
    /// `list of int`.
    public static var liaisonTypeName: String { "list of \(Element.liaisonTypeName)" }
    /// A list of which every element is of the type.
    public init?(liaison value: LiaisonValue) {
        let values: [LiaisonValue]
        switch value {
        case .plain(.array(let elements)): values = elements.map { .plain($0) }
        case .list(let elements): values = elements
        default: return nil
        }
        let elements = values.compactMap { Element(liaison: $0) }
        guard elements.count == values.count else { return nil }
        self = elements
    }
}

extension Array: LiaisonResult where Element: LiaisonResult {
    /// A list.
    public var liaisonValue: LiaisonValue { .list(map(\.liaisonValue)) }
}

extension LiaisonFunction: LiaisonResult {
    /// The function as a value.
    public var liaisonValue: LiaisonValue { .function(self) }
}

extension LiaisonObject: LiaisonResult {
    /// The object as a value.
    public var liaisonValue: LiaisonValue { .object(self) }
}
