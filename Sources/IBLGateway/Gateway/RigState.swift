/// How the experiment stands at a rig that is an acquisition process.
struct RigState: Sendable, Hashable {
    private(set) var status = ExpStatus.connected
    /// The controller that brought that about, and has its answer; nil for nobody.
    private(set) var cause: RigURI?

    /// A controller's message was carried out.
    mutating func completed(_ event: ExpMessage, by peer: RigURI) {
        if event != .status, event != .info { cause = peer }
        switch event {
        case .initialize: status = .initialized
        case .start: status = .running
        case .end, .interrupt: status = .stopped
        case .cleanup: status = .connected
        default: break
        }
    }

    /// The acquisition process says by itself whether it acquires.
    mutating func acquires(_ isAcquiring: Bool) {
        let old = status
        if isAcquiring { status = .running } else if status == .running { status = .stopped }
        if status != old { cause = nil }
    }

    /// Whether an event says that the process acquires; nil where it says nothing about that.
    static func isAcquiring(after event: ApiEvent, in dialect: Dialect) -> Bool? {
        switch (event.kind, dialect) {
        case (.emergencyStop, _): false
        case (.applicationModeChanged, .current): event.context["mode"]?.int.map(isAcquiring(mode:))
        case (ApiEventKind.Legacy.acquisitionStarted, .legacy): true
        case (ApiEventKind.Legacy.acquisitionEnded, .legacy): false
        default: nil
        }
    }

    /// Whether the answer to GET_STATUS says that the process acquires; nil where it does not tell.
    static func isAcquiring(status: JSONValue, in dialect: Dialect) -> Bool? {
        switch dialect {
        case .current: status["applicationMode"]?.int.map(isAcquiring(mode:))
        case .legacy: status["appStatus"]?.int.map { $0 == ApiAppStatus.acquiring.rawValue }
        }
    }

    private static func isAcquiring(mode: Int) -> Bool {
        [.running, .inDevice, .inTraining].contains(ApiApplicationMode(rawValue: mode))
    }
}
