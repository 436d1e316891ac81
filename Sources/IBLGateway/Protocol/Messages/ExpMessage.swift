public import GatewayCore

/// What a message between rigs is about (`protocol/iblutil.md`, I2: EXPINIT 1, EXPSTART 2, EXPEND 4, EXPCLEANUP 8,
/// EXPINTERRUPT 16, EXPSTATUS 32, EXPINFO 64, ALYX 128; 0 reports an error).
public struct ExpMessage: RawRepresentable, Sendable, Hashable {
    /// The number on the wire.
    public let rawValue: Int
    /// The message with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// A callback of the peer failed. Nobody echoes it.
    public static let error = ExpMessage(rawValue: 0)
    /// The experiment is being prepared.
    public static let initialize = ExpMessage(rawValue: 1)
    /// The experiment begins.
    public static let start = ExpMessage(rawValue: 2)
    /// The experiment ends.
    public static let end = ExpMessage(rawValue: 4)
    /// What the experiment left is tidied up.
    public static let cleanup = ExpMessage(rawValue: 8)
    /// The experiment ends at once.
    public static let interrupt = ExpMessage(rawValue: 16)
    /// How the experiment stands.
    public static let status = ExpMessage(rawValue: 32)
    /// How the experiment stands, and more about it.
    public static let info = ExpMessage(rawValue: 64)
    /// A login to the Alyx database, or the request for one.
    public static let alyx = ExpMessage(rawValue: 128)

    /// Those that are told to rigs, in the order of their numbers: all but ``error``.
    public static let all: [ExpMessage] = named.map(\.message).filter { $0 != .error }

    private static let named: [(message: ExpMessage, name: String)] = [
        (.error, "ERROR"), (.initialize, "EXPINIT"), (.start, "EXPSTART"), (.end, "EXPEND"), (.cleanup, "EXPCLEANUP"),
        (.interrupt, "EXPINTERRUPT"), (.status, "EXPSTATUS"), (.info, "EXPINFO"), (.alyx, "ALYX"),
    ]

    /// The message that a name stands for; upper and lower case, and blanks around it, count the same (I2).
    ///
    /// - Throws: `GatewayError` of the code `badValue` that lists the names.
    public init(named name: String) throws(GatewayError) {
        let wanted = name.drop(while: \.isWhitespace).uppercased()
        let found = Self.named.dropFirst().first { entry in
            wanted.hasPrefix(entry.name) && wanted.dropFirst(entry.name.count).allSatisfy(\.isWhitespace)
        }
        guard let found else {
            let names = Self.named.dropFirst().map(\.name).joined(separator: ", ")
            throw GatewayError(.badValue, "'\(name.prefix(40))' is no message between rigs; known are \(names)")
        }
        self = found.message
    }

    /// Whether the number is one of the protocol's.
    public var isKnown: Bool { Self.named.contains { $0.message == self } }
}

extension ExpMessage: CustomStringConvertible {
    /// The name in the protocol: `EXPSTART`; of an unknown one the number.
    public var description: String { Self.named.first { $0.message == self }?.name ?? String(rawValue) }
}
