/// What Ctrl-C does on an empty line of a prompt; on any other line it clears it. A value without I/O.
struct InterruptRule: Sendable, Hashable {
    enum Action: Sendable, Hashable {
        /// The command that runs is to be left.
        case leave
        /// Somebody is to be told that pressing it again ends the program.
        case warn
        case end
    }

    /// So long the warning counts.
    static let patience: Duration = .seconds(5)
    private var warned: ContinuousClock.Instant?

    /// It was pressed.
    ///
    /// - Parameters:
    ///   - hasTyped: whether another key was pressed since the last time.
    ///   - isWorking: whether a command runs.
    mutating func press(hasTyped: Bool, isWorking: Bool, at now: ContinuousClock.Instant = .now) -> Action {
        if isWorking {
            warned = nil
            return .leave
        }
        if !hasTyped, let warned, now - warned < Self.patience { return .end }
        warned = now
        return .warn
    }
}
