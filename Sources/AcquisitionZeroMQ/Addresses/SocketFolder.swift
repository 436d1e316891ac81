package import AcquisitionRPC

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The folder with the two Unix sockets of a service: what `ipc:///run/user/1000/rig-1` names.
///
/// ```
/// FOLDER/       0700, its owner's
///   events      what the service publishes
///   commands    what it answers
/// ```
///
/// A Unix socket is as private as the folder in which it lies: loopback is reached by every user of the machine, a folder of
/// this kind by its owner.
package struct SocketFolder: Sendable, Hashable {
    /// With what an endpoint on a Unix socket begins.
    package static let scheme = "ipc://"
    /// How many bytes the path of a Unix socket may have: the system's `sun_path`, less its end.
    package static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
    static let eventsName = "events"
    static let commandsName = "commands"

    /// The folder; absolute, and without a slash at its end.
    package let path: String

    /// Whether a host, or an address to bind, is meant to be a folder of sockets.
    package static func isMeant(by text: String) -> Bool { text.hasPrefix(scheme) }

    /// The folder that `text` names.
    ///
    /// - Throws: `AddressError` for one that no socket can lie in.
    package init(_ text: String) throws(AddressError) {
        var path = text.hasPrefix(Self.scheme) ? String(text.dropFirst(Self.scheme.count)) : text
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard path.hasPrefix("/"), path != "/", !path.utf8.contains(0) else {
            throw AddressError(
                .malformed,
                "'\(text)' names no folder for Unix sockets; write its whole path, as in ipc:///run/user/1000/rig-1"
            )
        }
        let longest = "\(path)/\(Self.commandsName)".utf8.count
        guard longest <= Self.longestPath else {
            throw AddressError(
                .malformed,
                "The path of a Unix socket has at most \(Self.longestPath) bytes, and \(path)/\(Self.commandsName) has "
                    + "\(longest); name a folder with a shorter path"
            )
        }
        self.path = path
    }

    package var eventsPath: String { "\(path)/\(Self.eventsName)" }
    package var commandsPath: String { "\(path)/\(Self.commandsName)" }
    /// The endpoint of the PUB socket.
    package var events: String { Self.scheme + eventsPath }
    /// The endpoint of the ROUTER socket.
    package var commands: String { Self.scheme + commandsPath }

    // MARK: - Whose it is

    /// Makes the folder, and what is missing above it, for its owner alone.
    ///
    /// - Throws: `AddressError` where the system does not let it.
    func make() throws(AddressError) { try Self.make(path) }

    private static func make(_ path: String) throws(AddressError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try make(String(path[..<slash]))
            if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        }
        let reason = String(cString: strerror(errno))
        throw AddressError(.notHere, "The folder \(path) for the Unix sockets cannot be made: \(reason)")
    }

    /// What a client looks at: a folder that is there must be one that nobody else can put a socket into. One that is not
    /// there yet is no error, as with a service that does not run yet.
    package func checkIfThere() throws(AddressError) {
        var status = stat()
        if lstat(path, &status) != 0, errno == ENOENT || errno == ENOTDIR { return }
        try check(acceptsOthers: true)
    }

    /// Refuses a folder that is not this user's alone: whoever enters it may give commands, and whoever may write into it
    /// can put a socket of their own in the place of the service's.
    ///
    /// - Parameter acceptsOthers: whether root may use the folder of any user, as one who connects may.
    /// - Throws: `AddressError`.
    package func check(acceptsOthers: Bool = false) throws(AddressError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            let reason = String(cString: strerror(errno))
            throw AddressError(.notHere, "The folder \(path) of the Unix sockets cannot be looked at: \(reason)")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw AddressError(.notHere, "\(path) is no folder, or a link to one; name the folder itself")
        }
        guard status.st_uid == geteuid() || acceptsOthers && geteuid() == 0 else {
            throw AddressError(
                .notHere,
                "\(path) belongs to another user; Unix sockets are for programs of one user: name a folder of your own"
            )
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw AddressError(
                .notHere,
                "Others can enter \(path) (mode \(mode)), and whoever reaches the sockets may give commands; "
                    + "'chmod 700 \(path)', or name a folder that is not there yet"
            )
        }
    }
}

/// Whether somebody listens on a Unix socket: what a connection tells, for a file alone tells nothing.
package enum SocketFile: Sendable, Hashable {
    /// There is nothing.
    case missing
    /// Somebody listens.
    case live
    /// A socket on which nobody listens any more: its program was killed.
    case stale
    /// Something that is no socket.
    case other
    /// It could not be found out; why.
    case unknown(String)

    /// Looks, by connecting.
    package init(at path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            self = errno == ENOENT ? .missing : .unknown(String(cString: strerror(errno)))
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            self = .other
            return
        }
        let descriptor = socket(AF_UNIX, SocketType.stream, 0)
        guard descriptor >= 0 else {
            self = .unknown(String(cString: strerror(errno)))
            return
        }
        defer { close(descriptor) }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        switch Self.connect(descriptor, to: path) {
        // Full is a queue that somebody has.
        case 0, EAGAIN, EINPROGRESS: self = .live
        case ECONNREFUSED: self = .stale
        case ENOENT: self = .missing
        case let number: self = .unknown(String(cString: strerror(number)))
        }
    }

    /// 0, or why there is no connection.
    private static func connect(_ descriptor: Int32, to path: String) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isShort = withUnsafeMutableBytes(of: &address.sun_path) { room in
            let bytes = Array(path.utf8)
            guard bytes.count < room.count else { return false }
            room.copyBytes(from: bytes)
            return true
        }
        guard isShort else { return ENAMETOOLONG }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                #if canImport(Darwin)
                    Darwin.connect(descriptor, pointer, size)
                #elseif canImport(Musl)
                    Musl.connect(descriptor, pointer, size)
                #else
                    Glibc.connect(descriptor, pointer, size)
                #endif
            }
        }
        return status == 0 ? 0 : errno
    }
}
