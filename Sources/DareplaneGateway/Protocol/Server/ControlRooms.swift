/// Which of the open connections are of control rooms.
///
/// Nobody says so, but a control room asks for the commands and for signs of life. Callbacks go to the one that came last
/// of those that asked for the commands; where none did, of those that asked for signs of life. The order is that of the
/// first question, so that two control rooms do not take callbacks from each other every three seconds.
struct ControlRooms<Connection> {
    private struct Room {
        var connection: Connection
        var askedForCommands: Int?
        var askedForLife: Int?
    }

    private var rooms: [Int: Room] = [:]
    private var lastID = 0
    private var questions = 0

    /// The number of connections.
    var count: Int { rooms.count }

    /// Takes a connection in; its number.
    mutating func add(_ connection: Connection) -> Int {
        lastID += 1
        rooms[lastID] = Room(connection: connection)
        return lastID
    }

    mutating func remove(_ id: Int) { rooms[id] = nil }

    mutating func askedForCommands(_ id: Int) {
        questions += 1
        if rooms[id]?.askedForCommands == nil { rooms[id]?.askedForCommands = questions }
    }

    mutating func askedForLife(_ id: Int) {
        questions += 1
        if rooms[id]?.askedForLife == nil { rooms[id]?.askedForLife = questions }
    }

    /// Where callbacks go; nil where no control room is connected.
    var current: Connection? {
        let rooms = rooms.values
        let byCommands = rooms.filter { $0.askedForCommands != nil }
            .max { ($0.askedForCommands ?? 0) < ($1.askedForCommands ?? 0) }
        let byLife = rooms.filter { $0.askedForLife != nil }.max { ($0.askedForLife ?? 0) < ($1.askedForLife ?? 0) }
        return (byCommands ?? byLife)?.connection
    }
}
