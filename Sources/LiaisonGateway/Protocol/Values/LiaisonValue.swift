public import AcquisitionModel

/// A value that functions take and return and that stands under a name.
///
/// Only ``json`` of it crosses the wire, by Liaison's published rules (`protocol/liaison.md`, L15).
public indirect enum LiaisonValue: Sendable {
    /// What JSON can hold, with NaN and the infinities.
    case plain(JSONValue)
    /// A list, or a tuple.
    case list([LiaisonValue])
    /// Values under names.
    case dictionary([(name: String, value: LiaisonValue)])
    /// A value of which only the text crosses: what Python's `str()` makes of it.
    case described(String)
    /// A function, or what makes objects.
    case function(LiaisonFunction)
    /// An object with attributes and methods.
    case object(LiaisonObject)
    /// The names that begin alike: `rig` of `rig.valve.open`.
    case module(String)
    /// An error as a value, as `try` reports it.
    case error(LiaisonError)

    /// The value as a reply carries it.
    public var json: JSONValue {
        switch self {
        case .plain(let value): value
        case .list(let elements): .array(elements.map(\.json))
        case .dictionary(let members): .object(members.map { ($0.name, $0.value.json) })
        case .described(let text): .string(text)
        case .function(let function): .string(function.address)
        case .object(let object): object.json() ?? .string(object.description)
        case .module(let name): .string("python:///\(name)")
        case .error(let error): error.json
        }
    }

    /// What Python would call its type.
    public var typeName: String {
        switch self {
        case .plain(let value): PythonText.typeName(value)
        case .list: "list"
        case .dictionary: "dict"
        case .described: "object"
        case .function: "function"
        case .object(let object): object.type
        case .module: "module"
        case .error(let error): error.type
        }
    }

    /// The text that Python's `repr()` makes of it.
    var repr: String {
        switch self {
        case .plain(let value): PythonText.repr(value)
        case .list(let elements): "[\(elements.map(\.repr).joined(separator: ", "))]"
        case .dictionary(let members):
            "{\(members.map { "\(PythonText.repr($0.name)): \($0.value.repr)" }.joined(separator: ", "))}"
        case .described(let text): text
        case .function(let function): "<function \(function.name)>"
        case .object(let object): object.description
        case .module(let name): "<module '\(name)'>"
        case .error(let error): "\(error.type)(\(PythonText.repr(error.message)))"
        }
    }
}

extension LiaisonValue {
    /// No value.
    public static let none = LiaisonValue.plain(.null)

    /// Bytes, of which Python's text crosses: `b'\x01a'`.
    public static func bytes(_ bytes: some Sequence<UInt8>) -> LiaisonValue {
        .described(PythonText.repr(Array(bytes)))
    }

    /// A date: `2025-01-02`.
    public static func date(year: Int, month: Int, day: Int) -> LiaisonValue {
        func padded(_ number: Int, to width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
        }
        return .described("\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))")
    }

    /// A set, of which Python's text crosses: `{1, 'a'}`, `set()`.
    public static func set(_ elements: [LiaisonValue]) -> LiaisonValue {
        .described(elements.isEmpty ? "set()" : "{\(elements.map(\.repr).joined(separator: ", "))}")
    }

    /// A complex number: `(1+2j)`.
    public static func complex(_ real: Double, _ imaginary: Double) -> LiaisonValue {
        func short(_ number: Double) -> String {
            let text = PythonText.repr(number)
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }
        let sign = imaginary.sign == .minus ? "" : "+"
        return .described(
            real == 0 && real.sign == .plus
                ? "\(short(imaginary))j" : "(\(short(real))\(sign)\(short(imaginary))j)"
        )
    }

    /// About how many bytes it takes to keep.
    var cost: Int {
        switch self {
        case .plain(let value): Self.cost(of: value)
        case .list(let elements): elements.reduce(32) { $0 + $1.cost }
        case .dictionary(let members): members.reduce(32) { $0 + $1.name.utf8.count + $1.value.cost }
        case .described(let text): 32 + text.utf8.count
        case .function, .object, .module, .error: 1024
        }
    }

    private static func cost(of value: JSONValue) -> Int {
        switch value {
        case .null, .bool, .integer, .number: 32
        case .bigNumber(let number): 32 + number.text.utf8.count
        case .string(let text): 32 + text.utf8.count
        case .array(let elements): elements.reduce(32) { $0 + cost(of: $1) }
        case .object(let object): object.members.reduce(32) { $0 + 32 + $1.key.utf8.count + cost(of: $1.value) }
        }
    }
}
