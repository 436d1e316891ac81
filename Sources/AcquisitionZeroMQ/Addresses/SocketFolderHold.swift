import AcquisitionRPC

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A service's hold on its folder of Unix sockets, from before it binds them until they are gone.
///
/// libzmq removes whatever file lies where it binds, the socket of a service that runs too. So the folder itself is locked
/// (`flock`), which leaves no file and ends with the process however that ends; whoever has the lock then looks at each
/// socket by connecting: that of a program without such a lock may be live.
final class SocketFolderHold: Sendable {
    let folder: SocketFolder
    private let descriptor: Int32

    /// Makes the folder where it is missing, takes it, and removes what a service that was killed has left in it.
    ///
    /// - Throws: `RpcServiceError` of the code `cannotBind`.
    init(_ folder: SocketFolder) throws(RpcServiceError) {
        do {
            self.descriptor = try Self.locked(folder)
        } catch {
            throw RpcServiceError(.cannotBind, error.message, endpoint: folder.commands)
        }
        self.folder = folder
        // From here on the lock goes with this object, also where an error is thrown.
        for path in [folder.eventsPath, folder.commandsPath] { try Self.clear(path) }
    }

    deinit { close(descriptor) }

    /// Removes what libzmq has not: after the sockets were closed, of whose end it makes no secret but no promise either.
    func clear() {
        for path in [folder.eventsPath, folder.commandsPath] where SocketFile(at: path) == .stale { unlink(path) }
    }

    private static func locked(_ folder: SocketFolder) throws(AddressError) -> Int32 {
        while true {
            try folder.make()
            try folder.check()
            let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else {
                let reason = String(cString: strerror(errno))
                throw AddressError(.notHere, "The folder \(folder.path) cannot be opened: \(reason)")
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let number = errno
                close(descriptor)
                if number == EINTR { continue }
                throw AddressError(
                    .notHere,
                    number == EWOULDBLOCK
                        ? "Another service has \(folder.path): end that one, or name another folder"
                        : "The folder \(folder.path) cannot be locked: \(String(cString: strerror(number)))"
                )
            }
            // Whoever removes the folder between the two leaves a lock on something that nobody else finds.
            var (locked, present) = (stat(), stat())
            if fstat(descriptor, &locked) == 0, lstat(folder.path, &present) == 0,
                locked.st_ino == present.st_ino, locked.st_dev == present.st_dev
            {
                return descriptor
            }
            close(descriptor)
        }
    }

    private static func clear(_ path: String) throws(RpcServiceError) {
        let problem: String
        switch SocketFile(at: path) {
        case .missing: return
        case .stale:
            if unlink(path) == 0 || errno == ENOENT { return }
            problem =
                "\(path) is left from a service that was killed and cannot be removed: "
                + String(cString: strerror(errno))
        case .live: problem = "Another program listens on \(path): end that one, or name another folder"
        case .other: problem = "\(path) is there and is no socket; it is left alone: remove it, or name another folder"
        case .unknown(let reason):
            problem = "\(path) is there, and whether somebody listens on it cannot be told: \(reason)"
        }
        throw RpcServiceError(.cannotBind, problem, endpoint: SocketFolder.scheme + path)
    }
}
