/// Why a message could not be read or written: the rule that it breaks, and the place.
public struct WireError: Error, Sendable, Hashable {
    /// The rule that was broken. The list is open; compare with the constants.
    public struct Rule: RawRepresentable, Sendable, Hashable {
        /// The rule's name, as logs and machine-readable output show it.
        public let rawValue: String
        /// A rule of this name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The text is not JSON (RFC 8259).
        public static let syntax = Rule(rawValue: "syntax")
        /// The bytes are not UTF-8, or an escape names half a surrogate pair.
        public static let encoding = Rule(rawValue: "encoding")
        /// More lists and objects are nested than ``WireLimits/depth`` allows.
        public static let depth = Rule(rawValue: "depth")
        /// The message is larger than ``WireLimits/size`` allows.
        public static let size = Rule(rawValue: "size")
        /// A key that must be there is not.
        public static let missingKey = Rule(rawValue: "missing-key")
        /// A value is of another type than the message asks for.
        public static let type = Rule(rawValue: "type")
        /// A message has another number of frames than the protocol says.
        public static let frames = Rule(rawValue: "frames")
    }

    /// The rule that was broken.
    public var rule: Rule
    /// What was expected and what was found, as part of a sentence.
    public var message: String
    /// Where in the JSON: `context.trialId`, `data[3].x`; empty for the whole message.
    public var path: String
    /// The byte at which reading stopped, counted from 0; nil where the text itself was fine.
    public var offset: Int?

    /// An error.
    public init(_ rule: Rule, _ message: String, path: String = "", offset: Int? = nil) {
        self.rule = rule
        self.message = message
        self.path = path
        self.offset = offset
    }

    /// The same error, seen from the object or list that holds the value: `component` is `key` or `[3]`.
    func inside(_ component: String) -> WireError {
        // A key may be as long as the whole message, and stand in another one.
        let component = component.utf8.count <= SafeText.maximumLength ? component : SafeText.clipped(component)
        var error = self
        if path.isEmpty {
            error.path = component
        } else if path.hasPrefix("[") {
            error.path = component + path
        } else {
            error.path = component + "." + path
        }
        return error
    }
}

extension WireError: CustomStringConvertible {
    /// One sentence: the rule, what was expected, and where. The message's sender may have chosen some of that, so what
    /// could end a line or move a terminal's cursor is escaped, and what is long is cut.
    public var description: String {
        var place = path.isEmpty ? "" : " in '\(SafeText.clipped(path))'"
        if let offset { place += " at byte \(offset)" }
        return "\(SafeText.clipped(message))\(place) (rule: \(SafeText.clipped(rule.rawValue)))"
    }
}
