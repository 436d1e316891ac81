public import AcquisitionModel

/// A command of Liaison with its arguments.
public struct LiaisonCommand: Sendable, Hashable {
    /// The commands (`protocol/liaison.md`, L8).
    public enum Name: String, Sendable, Hashable, CaseIterable {
        /// The value of a target.
        case get
        /// Whether there is such a target.
        case exists
        /// Calls a target and keeps the result under a name.
        case `init`
        /// Calls a target.
        case run
        /// Calls a target; a failure is a result too.
        case `try`
        /// Gives a target a further name.
        case register
        /// Keeps a value under a name.
        case store
        /// Answers `pong`.
        case ping
    }

    /// Which command.
    public var name: Name
    /// The arguments by position.
    public var arguments: [JSONValue]
    /// The arguments by name.
    public var keywords: JSONObject

    /// A command.
    public init(_ name: Name, _ arguments: [JSONValue] = [], keywords: JSONObject = [:]) {
        self.name = name
        self.arguments = arguments
        self.keywords = keywords
    }

    /// Reads the object under a request's key `command`; nil for whatever is no command (`protocol/liaison.md`, L11: an
    /// unknown or missing name, `args` that are no list, `kwargs` that are no object).
    public init?(json: JSONValue) {
        guard let object = json.object,
            let name = object.value(ofExactly: "command")?.string.flatMap(Name.init(rawValue:))
        else { return nil }
        self.init(name)
        if let given = object.value(ofExactly: "args") {
            guard let list = given.array else { return nil }
            arguments = list
        }
        if let given = object.value(ofExactly: "kwargs") {
            guard let members = given.object else { return nil }
            keywords = members
        }
    }

    /// The command as a client sends it.
    public var json: JSONValue {
        [
            "command": .string(name.rawValue), "args": .array(arguments), "kwargs": .object(keywords),
        ]
    }
}
