public import AcquisitionModel

/// Some commands to some modules, one after another, under one name.
public struct Macro: Sendable, Hashable {
    /// One command of a macro.
    public struct Step: Sendable, Hashable {
        /// A keyword of the command and the parameter from which it comes: `kwarg=parameter`.
        public struct Keyword: Sendable, Hashable {
            /// What the module calls it.
            public var name: String
            /// What the macro calls it.
            public var parameter: String

            /// A keyword.
            public init(_ name: String, from parameter: String) {
                self.name = name
                self.parameter = parameter
            }
        }

        /// To which module.
        public var module: String
        /// Which command.
        public var command: String
        /// With what; nothing for the command alone.
        public var keywords: [Keyword]

        /// A command.
        public init(module: String, command: String, keywords: [Keyword] = []) {
            self.module = module
            self.command = command
            self.keywords = keywords
        }
    }

    /// What the macro is called in the file: `macros.<key>`.
    public var key: String
    /// What is written on its button.
    public var name: String
    /// What it is for.
    public var description: String
    /// The pause before its first command.
    public var delay: Duration
    /// Whether it is sent as a whole or not at all (`all_or_nothing`): else a module that is not connected stops none of
    /// the commands for others.
    public var isWhole: Bool
    /// Its parameters with the values that they have where nothing else is said.
    public var defaults: JSONObject
    /// Its commands, in order.
    public var steps: [Step]

    /// A macro.
    public init(
        key: String,
        name: String? = nil,
        description: String = "",
        delay: Duration = .zero,
        isWhole: Bool = false,
        defaults: JSONObject = [:],
        steps: [Step]
    ) {
        self.key = key
        self.name = name ?? key
        self.description = description
        self.delay = delay
        self.isWhole = isWhole
        self.defaults = defaults
        self.steps = steps
    }

    /// The names of all parameters: those with a value, those that a command needs, and those that another one names.
    public var parameters: [String] {
        let named = defaults.members.flatMap { MacroTemplate.names(in: $0.value) }
        let all = defaults.members.map(\.key) + steps.flatMap { $0.keywords.map(\.parameter) } + named
        return all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
