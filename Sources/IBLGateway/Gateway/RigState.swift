/// How the experiment stands at a rig that is an acquisition process.
struct RigState: Sendable, Hashable {
    private(set) var status = ExpStatus.connected
    /// The controller that brought that about, and has its answer; nil for nobody.
    private(set) var cause: RigURI?
    /// The experiment that a controller has named: from EXPINIT or EXPSTART to EXPCLEANUP, EXPINTERRUPT or the next EXPINIT.
    private(set) var experiment: RigExperiment?
    private(set) var numbers = ExperimentNumbers()
    /// The number of the newest message that brought about what is so now.
    private var newest = 0

    /// A controller's message was carried out.
    ///
    /// - Parameters:
    ///   - named: the experiment that the message names.
    ///   - number: of the message, in the order in which they came. One that took longer than a newer one changes nothing.
    mutating func completed(_ event: ExpMessage, _ named: RigExperiment? = nil, by peer: RigURI, number: Int) {
        guard event != .status, event != .info else { return }
        guard number > newest else {
            // Which experiment it is, is still known from that.
            if event == .initialize, status == .running { experiment = experiment ?? named }
            return
        }
        newest = number
        cause = peer
        if let named { numbers.took(named) }
        switch event {
        case .initialize:
            status = .initialized
            experiment = named
        case .start:
            status = .running
            experiment = named ?? experiment
            if let experiment { numbers.took(experiment) }
        case .end: status = .stopped
        case .interrupt:
            status = .stopped
            experiment = nil
        case .cleanup:
            status = .connected
            experiment = nil
        default: break
        }
    }

    /// A controller has done with the experiment, whether the process hears of it or not.
    mutating func forgetExperiment() { experiment = nil }

    /// The acquisition process says by itself whether it acquires.
    mutating func acquires(_ isAcquiring: Bool) {
        let old = status
        if isAcquiring { status = .running } else if status == .running { status = .stopped }
        if status != old { cause = nil }
    }

    /// The acquisition process was started again: whatever was prepared is not prepared any more.
    mutating func restarted() {
        guard status == .initialized else { return }
        status = .connected
        cause = nil
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
