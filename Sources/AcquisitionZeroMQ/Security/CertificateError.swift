/// Why a certificate, or the folder in which it lies, is not used.
public struct CertificateError: Error, Sendable, Hashable {
    /// The rule that was broken, as a constant to compare with. The list is open.
    public struct Rule: RawRepresentable, Sendable, Hashable {
        /// The rule's name.
        public let rawValue: String
        /// A rule of this name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The file or folder must be there.
        public static let found = Rule(rawValue: "found")
        /// A new file takes the place of none.
        public static let new = Rule(rawValue: "new")
        /// A certificate is a plain file in a real folder, and no link.
        public static let noLink = Rule(rawValue: "no-link")
        /// Only its owner may read a secret key.
        public static let secret = Rule(rawValue: "secret")
        /// Only its owner may change a certificate or its folder.
        public static let unchangeable = Rule(rawValue: "unchangeable")
        /// It belongs to the user who runs the program, or to root.
        public static let owner = Rule(rawValue: "owner")
        /// A certificate has at most 64 KiB.
        public static let size = Rule(rawValue: "size")
        /// A certificate is text in ZPL, ZeroMQ's property language.
        public static let form = Rule(rawValue: "form")
        /// It holds the keys that are asked for, 40 characters of Z85 each, which belong together.
        public static let keys = Rule(rawValue: "keys")
        /// A role is observer or operator.
        public static let role = Rule(rawValue: "role")
        /// A name has 1 to 64 letters, digits, and `. _ - + @`, and begins with none of `. -`.
        public static let name = Rule(rawValue: "name")
        /// A file can be written: the disk has room for it and does not fail.
        public static let written = Rule(rawValue: "written")
        /// The system must allow it.
        public static let system = Rule(rawValue: "system")
    }

    /// The rule that was broken.
    public var rule: Rule
    /// One sentence for people, which names the file and says what to do.
    public var message: String
    /// The file or folder; nil for a certificate that is not in one.
    public var path: String?

    /// An error.
    public init(_ rule: Rule, _ message: String, path: String? = nil) {
        self.rule = rule
        self.message = message
        self.path = path
    }

    /// The same about a file.
    func at(_ path: String) -> Self { Self(rule, "\(path): \(message)", path: path) }
}

extension CertificateError: CustomStringConvertible {
    /// The sentence, and the rule.
    public var description: String { "\(message) (rule: \(rule.rawValue))" }
}
