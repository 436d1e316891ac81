public import GatewayCore

/// How a module is at this moment.
public struct ModuleStatus: Sendable, Hashable {
    /// What becomes of its process.
    public enum Process: Sendable, Hashable {
        /// The control room does not start it.
        case ofOthers
        /// It was not started yet.
        case notStarted
        /// It runs, under this number.
        case running(Int)
        /// It has ended, or could not be started; why, in words.
        case ended(String)
    }

    /// What the module is called.
    public let name: String
    /// Where its server listens.
    public let address: ListenAddress
    /// What becomes of its process.
    public internal(set) var process: Process
    /// Whether the control room is connected to it.
    public internal(set) var isConnected = false
    /// Whether it answered when it was asked last; a module that is not asked is up as long as it is connected.
    public internal(set) var isUp = false
    /// Its commands, as it said or as the configuration says; empty before it was connected.
    public internal(set) var commands: [String] = []

    init(_ module: ModuleConfiguration) {
        name = module.name
        address = module.address
        process = module.launch == nil ? .ofOthers : .notStarted
    }
}
