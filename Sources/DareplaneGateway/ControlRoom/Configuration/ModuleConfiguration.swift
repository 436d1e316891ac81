public import GatewayCore

/// One module of a control room: how it is started, and where it is reached.
public struct ModuleConfiguration: Sendable, Hashable {
    /// What the module is called in macros and callbacks: its key in the file.
    public var name: String
    /// How it is started; nil for one that others start (`kind = "conn_only"`).
    public var launch: ModuleLaunch?
    /// Where its server listens.
    public var address: ListenAddress
    /// The pause after a connection that was refused.
    public var retryAfter: Duration
    /// How often the connection is tried before the next module is started; after that the control room goes on trying
    /// beside everything else.
    public var connectTries: Int
    /// The module's commands; nil for one that is asked for them. What is given here is not asked for, and the module's
    /// liveness is that of its connection: its server may not know the question.
    public var commands: [String]?
    /// Whether its commands end with `;` (`semicolon`, true). The servers with callbacks of dareplane-utils up to 0.0.23
    /// need commands without.
    public var takesSemicolon: Bool

    /// A module.
    public init(
        name: String,
        launch: ModuleLaunch? = nil,
        address: ListenAddress,
        retryAfter: Duration = .seconds(1),
        connectTries: Int = 3,
        commands: [String]? = nil,
        takesSemicolon: Bool = true
    ) {
        self.name = name
        self.launch = launch
        self.address = address
        self.retryAfter = retryAfter
        self.connectTries = connectTries
        self.commands = commands
        self.takesSemicolon = takesSemicolon
    }

    /// Whether the module speaks as Alpha Omega's does: it is called so (`protocol/dareplane.md`, D29).
    public var isAlphaOmega: Bool { name.contains("dp-ao-comm") }
}

/// How a module is started.
public struct ModuleLaunch: Sendable, Hashable {
    /// The program: a path, or a name that is looked for in `PATH`.
    public var executable: String
    /// Its arguments.
    public var arguments: [String]
    /// The folder in which it runs; nil for the control room's.
    public var folder: String?
    /// What its environment has beside the control room's.
    public var environment: [String: String]

    /// How a module is started.
    public init(
        executable: String,
        arguments: [String] = [],
        folder: String? = nil,
        environment: [String: String] = [:]
    ) {
        self.executable = executable
        self.arguments = arguments
        self.folder = folder
        self.environment = environment
    }
}
