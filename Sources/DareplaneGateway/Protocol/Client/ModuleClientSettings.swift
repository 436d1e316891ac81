public import GatewayCore

/// How a control room connects to its modules.
public struct ModuleClientSettings: Sendable, Hashable {
    /// How often to try to connect. A module that was just started takes a while.
    public var tries: Int
    /// How long to wait between two tries.
    public var retryAfter: Duration
    /// How long to wait for the module's greeting before the first command. Not every module greets.
    public var greetingWithin: Duration
    /// The largest command in bytes, with its `;`; nil for no limit. Modules of dareplane-utils up to 0.0.23 lose a command
    /// of more than 2048 bytes (`protocol/dareplane.md`, D5).
    public var largestCommand: Int?
    /// Nil for commands that end with `;`. Otherwise they end with nothing, and go out one by one, so far apart: the
    /// servers with callbacks (`DefaultCallbackServer`) of dareplane-utils up to 0.0.23 take whatever they read at once
    /// for one command, and a `;` for a part of it.
    public var gapWithoutSemicolon: Duration?
    /// The names of all modules, where they are known: a callback that begins with `1` is then told from a sign of life
    /// before a callback.
    public var modules: Set<String>
    /// What the module may cost: the largest message, and how many may wait to be read.
    public var limits: GatewayLimits

    /// Settings.
    public init(
        tries: Int = 3,
        retryAfter: Duration = .seconds(1),
        greetingWithin: Duration = .seconds(1),
        largestCommand: Int? = nil,
        gapWithoutSemicolon: Duration? = nil,
        modules: Set<String> = [],
        limits: GatewayLimits = GatewayLimits()
    ) {
        self.tries = tries
        self.retryAfter = retryAfter
        self.greetingWithin = greetingWithin
        self.largestCommand = largestCommand
        self.gapWithoutSemicolon = gapWithoutSemicolon
        self.modules = modules
        self.limits = limits
    }
}
