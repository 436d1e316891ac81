public import AcquisitionModel
import GatewayCore

/// An error as Liaison reports it: the name of a Python exception and a text.
public struct LiaisonError: Error, Sendable, Hashable {
    /// What kind of error: `TypeError`, `ValueError`, or a name of the program's own.
    public var type: String
    /// What went wrong.
    public var message: String

    /// An error.
    public init(_ type: String = "RuntimeError", _ message: String) {
        self.type = type
        self.message = message
    }

    /// What a registered function threw: under the name of its type unless it says itself what it is.
    public init(_ error: any Error) {
        switch error {
        case let error as LiaisonError: self = error
        case is CancellationError: self.init("CancelledError", "The call was cancelled")
        case let error as GatewayError: self.init(Self.type(of: error.code), error.message)
        default: self.init("\(Swift.type(of: error))", "\(error)")
        }
    }

    /// The lines of a reply: as Python formats an exception, without the places in the source, which are nobody's business
    /// (`protocol/liaison.md`, L9: the first line is `Traceback (most recent call last):\n`, the last `<Type>: <text>\n`).
    public var lines: [String] { ["Traceback (most recent call last):\n", "\(self)\n"] }

    /// The lines as JSON.
    public var json: JSONValue { .array(lines.map { .string($0) }) }

    private static func type(of code: GatewayError.Code) -> String {
        switch code {
        case .noAnswer: "TimeoutError"
        case .notAllowed: "PermissionError"
        case .notMapped: "LookupError"
        case .badValue, .badMessage: "ValueError"
        case .notConnected, .closed, .cannotConnect: "ConnectionError"
        default: "RuntimeError"
        }
    }
}

extension LiaisonError: CustomStringConvertible {
    /// `<Type>: <text>`; the type alone where there is no text.
    public var description: String { message.isEmpty ? type : "\(type): \(message)" }
}
