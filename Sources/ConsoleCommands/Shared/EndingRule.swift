import Foundation

/// What a signal does to a program. A value without I/O.
struct EndingRule: Sendable, Hashable {
    /// What is to be done.
    enum Action: Sendable, Hashable {
        case nothing
        /// The work is to end in good order.
        case end
        /// The process is to end at once, whatever the work does.
        case endNow
        /// Log files are to be opened anew.
        case reopen
    }

    /// Whether the process belongs to a terminal.
    var hasTerminal = true
    /// Whether SIGHUP was ignored when the program began.
    var ignoresHangup = false
    /// The first signal that ended the work.
    private(set) var received: Int32?
    private var wasAsked = false

    init(hasTerminal: Bool = true, ignoresHangup: Bool = false) {
        self.hasTerminal = hasTerminal
        self.ignoresHangup = ignoresHangup
    }

    /// A signal came.
    mutating func receive(_ number: Int32) -> Action {
        if number == SIGHUP {
            if ignoresHangup { return .nothing }
            if !hasTerminal { return .reopen }
        } else if wasAsked {
            return .endNow
        }
        // A terminal that goes says so more than once: to its foreground, through the shell, through the system. Only
        // who asks twice is in a hurry.
        if number != SIGHUP { wasAsked = true }
        guard received == nil else { return .nothing }
        received = number
        return .end
    }
}
