public import GatewayCore

/// How a module serves its control rooms.
public struct ModuleServerSettings: Sendable, Hashable {
    /// Where it listens. The real modules listen on every address of the machine; ours on loopback unless told otherwise.
    public var listen: ListenAddress
    /// What a peer may cost.
    public var limits: GatewayLimits
    /// How long a command without `;` must have stood alone before it counts; nil where `;` is needed. Control rooms
    /// older than the release 0.0.24 of dareplane-utils send none (`protocol/dareplane.md`, D20). Where the network holds
    /// back the end of a command for longer than this, and what came is a command itself (`START` of `STARTRECORD;`), the
    /// shorter one is carried out: where every control room sends `;`, nil is safer.
    public var idle: Duration?
    /// How long before and after a callback nothing else is sent; ten times as long after the list of commands.
    public var gap: Duration

    /// Settings.
    public init(
        listen: ListenAddress = ListenAddress(port: 8080),
        limits: GatewayLimits = GatewayLimits(),
        idle: Duration? = .milliseconds(50),
        gap: Duration = .milliseconds(50)
    ) {
        self.listen = listen
        self.limits = limits
        self.idle = idle
        self.gap = gap
    }
}
