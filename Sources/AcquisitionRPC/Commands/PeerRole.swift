public import AcquisitionModel

/// What a peer may do.
public enum PeerRole: String, Sendable, Hashable, CaseIterable {
    /// Hears events and asks for status and configuration. May stop everything in an emergency, and not resume.
    case observer
    /// Gives every command.
    case `operator`

    /// Whether a peer in this role may give a command. What is not known is for operators.
    public func mayGive(_ command: ApiCommand) -> Bool {
        switch self {
        case .operator: true
        case .observer: Self.forObservers.contains(command)
        }
    }

    private static let forObservers: Set<ApiCommand> = [.none, .getStatus, .getConfiguration, .emergencyStop]
}

extension PeerRole: Comparable {
    /// Who may do less comes first.
    public static func < (left: Self, right: Self) -> Bool { left == .observer && right == .operator }
}
