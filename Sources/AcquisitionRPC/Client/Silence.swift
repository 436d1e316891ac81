/// What was heard since the connections to a service whose heartbeats are missed were made anew, and when that is done again.
///
/// When heartbeats are missed both connections are made anew. That is done again, twice as late each time, for a connection
/// on which nothing at all has come: one that brings something is not dead, and each new one costs what is published
/// meanwhile.
struct Silence: Sendable, Hashable {
    /// A connection to be made anew.
    enum Connection: Sendable, Hashable {
        case commands
        case events
    }

    private var heard: Set<Connection> = []
    /// Whether connections are being made anew.
    private(set) var isRenewing = false
    private var pause: Duration = .zero
    private static let longestPause: Duration = .seconds(300)

    /// Something was published.
    mutating func heardEvents() { heard(on: .events) }

    /// A reply came.
    mutating func heardReply() { heard(on: .commands) }

    private mutating func heard(on connection: Connection) {
        if isRenewing { heard.insert(connection) }
    }

    /// Heartbeats are missed: what is to be made anew now, and when to look again.
    ///
    /// - Parameter interval: the time between heartbeats.
    mutating func renew(interval: Duration) -> (connections: Set<Connection>, pause: Duration) {
        let connections: Set<Connection> = [.commands, .events]
        defer { heard = [] }
        guard isRenewing else {
            isRenewing = true
            pause = min(interval.saturating(multipliedBy: LivenessState.staleAfter), Self.longestPause)
            return (connections, pause)
        }
        pause = min(pause * 2, Self.longestPause)
        return (connections.subtracting(heard), pause)
    }

    /// A heartbeat came; whether connections were being made anew.
    mutating func end() -> Bool {
        defer { self = Silence() }
        return isRenewing
    }
}
