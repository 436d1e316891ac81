/// Which of the open connections are of control rooms.
///
/// Nobody says so, but a control room asks for the commands, gives commands, and asks for signs of life. Callbacks go to
/// the one that came last of those that asked for the commands; where none did, of those that gave one; where none did, of
/// those that asked for signs of life; and to the only connection there is. A control room that has the commands from its
/// configuration (`[exe.modules.<name>]`) never asks for them.
///
/// The order is that of the first question or command, so that two control rooms do not take callbacks from each other
/// every three seconds.
struct ControlRooms<Connection> {
    /// What a connection did that control rooms do; the later ones say more about it.
    private enum Sign: Int, CaseIterable {
        case askedForLife
        case commanded
        case askedForCommands
    }

    private struct Room {
        var connection: Connection
        /// When it first did what; the larger the later.
        var signs: [Sign: Int] = [:]
    }

    private var rooms: [Int: Room] = [:]
    private var lastID = 0
    private var lastSign = 0

    /// The number of connections.
    var count: Int { rooms.count }

    /// Takes a connection in; its number.
    mutating func add(_ connection: Connection) -> Int {
        lastID += 1
        rooms[lastID] = Room(connection: connection)
        return lastID
    }

    mutating func remove(_ id: Int) { rooms[id] = nil }

    mutating func askedForCommands(_ id: Int) { saw(.askedForCommands, of: id) }

    mutating func commanded(_ id: Int) { saw(.commanded, of: id) }

    mutating func askedForLife(_ id: Int) { saw(.askedForLife, of: id) }

    /// A connection does what control rooms do.
    private mutating func saw(_ sign: Sign, of id: Int) {
        guard let room = rooms[id], room.signs[sign] == nil else { return }
        lastSign += 1
        rooms[id]?.signs[sign] = lastSign
    }

    /// Where callbacks go; nil where no control room is connected, or where there are several connections and none of
    /// them did what control rooms do.
    var current: Connection? {
        for sign in Sign.allCases.reversed() {
            let latest = rooms.values.filter { $0.signs[sign] != nil }
                .max { ($0.signs[sign] ?? 0) < ($1.signs[sign] ?? 0) }
            if let latest { return latest.connection }
        }
        return rooms.count == 1 ? rooms.values.first?.connection : nil
    }
}
