extension OpenVocabulary {
    /// The numbers that are set aside for labs in every vocabulary, 90000 to 90999: the protocol's stay clear of them, and
    /// so do those of this package.
    public static var labNumbers: ClosedRange<Int> { 90_000...90_999 }

    /// The numbers of this package's own codes.
    static var packageNumbers: ClosedRange<Int> { 91_000...91_999 }

    /// Whether the number is one that is set aside for labs.
    package var isForLabs: Bool { Int(exactly: rawValue).map(Self.labNumbers.contains) ?? false }

    /// A code of this program's own, for a constant: printing and ``find(_:in:)`` know its name from now on.
    ///
    /// ```swift
    /// extension ApiCommand {
    ///     static let openValve = ApiCommand.define(90_002, "openValve")
    /// }
    /// ```
    ///
    /// Choose a number of ``labNumbers``: any other may have a meaning in a later release of the protocol. Swift makes such
    /// a constant when it is first used; a program that shows names, or reads them, uses its constants once at its start.
    ///
    /// Ends the program with one line where the number or the name is taken, by the protocol, this package or another
    /// constant: the source is wrong then, and a switch would take one code for the other. What is read when the program
    /// runs is given to ``register(_:as:)``.
    @discardableResult
    public static func define(_ number: RawValue, _ name: String) -> Self {
        do {
            return try add(number, name, isConstant: true)
        } catch {
            fatalError("\(error)")
        }
    }

    /// A code whose name is learned when the program runs, from an option, a file or an application, so that printing and
    /// ``find(_:in:)`` know it. A name that is registered later takes its place, and so does a constant of the program's.
    ///
    /// - Throws: ``DefinitionError`` where the number or the name is taken by the protocol, this package or a constant, or the
    ///   name is none.
    @discardableResult
    public static func register(_ number: RawValue, as name: String) throws(DefinitionError) -> Self {
        try add(number, name, isConstant: false)
    }

    private static func add(_ number: RawValue, _ name: String, isConstant: Bool) throws(DefinitionError) -> Self {
        func refusal(_ reason: String) -> DefinitionError {
            DefinitionError(noun: noun, number: String(number), name: name, reason: reason)
        }
        let code = Self(rawValue: number)
        let hasForm =
            name.first?.isLetter == true
            && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        guard hasForm else { throw refusal("a name is a letter, and then letters, digits, '_' and '-'") }
        if let entry = publishedEntry(under: code, or: name) {
            throw refusal(
                entry.code == code
                    ? "the number is the protocol's \(entry.name)"
                    : "the name is the protocol's, for \(entry.code.rawValue)"
            )
        }
        if let number = Int(exactly: number), packageNumbers.contains(number) {
            throw refusal("\(packageNumbers.lowerBound) to \(packageNumbers.upperBound) are this package's own")
        }
        let new = DefinedName(number: Int64(clamping: number), name: name, isConstant: isConstant)
        if let conflict = DefinedNames.add(new, to: Self.self) {
            throw refusal(
                conflict.number == new.number
                    ? "the number is \(conflict.name) already" : "the name stands for \(conflict.number) already"
            )
        }
        return code
    }

    /// What the protocol, in either release, has under this number or by this name; nil where both are free. Case, `_` and `-`
    /// do not count in a name.
    package static func publishedEntry(under code: Self, or name: String) -> VocabularyEntry<Self>? {
        let key = DefinedName.key(of: name)
        return Dialect.allCases.lazy.flatMap { published(in: $0) }
            .first { $0.code == code || DefinedName.key(of: $0.name) == key }
    }

    /// A code of this package's own, whose number nobody else can define.
    static func defineOwn(_ number: RawValue, _ name: String) -> Self {
        _ = DefinedNames.add(DefinedName(number: Int64(clamping: number), name: name, isConstant: true), to: Self.self)
        return Self(rawValue: number)
    }
}

/// A number or a name that cannot be given to a code of one's own.
public struct DefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was to be defined: "command".
    public let noun: String
    /// The number, in digits.
    public let number: String
    /// The name.
    public let name: String
    /// What is in the way.
    public let reason: String

    /// One sentence: what, why, and which numbers are free.
    public var description: String {
        let range = ApiCommand.labNumbers
        return "\(number) cannot be the \(noun) '\(name)': \(reason). "
            + "\(range.lowerBound) to \(range.upperBound) are set aside for labs"
    }
}
