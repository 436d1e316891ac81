#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Tells whether something may have changed in folders, without looking at them: the system says so (inotify). Only on
/// Linux, and only of changes that this machine makes.
///
/// Making one looks at the folders and may hang with them; asking never does.
struct ChangeWatch: ~Copyable, Sendable {
    private let descriptor: Int32

    /// Watches these folders; nil where the system cannot, or the first one is not there. A later one may be missing.
    init?(_ folders: [String]) {
        #if canImport(Darwin)
            return nil
        #else
            // inotify's own flags are these.
            let opened = inotify_init1(O_NONBLOCK | O_CLOEXEC)
            guard opened >= 0 else { return nil }
            for (index, folder) in folders.enumerated() {
                guard inotify_add_watch(opened, folder, Self.changes) < 0, index == 0 else { continue }
                close(opened)
                return nil
            }
            descriptor = opened
        #endif
    }

    deinit { close(descriptor) }

    /// Whether nothing has changed since the watch was made. Costs one call of the system.
    var isQuiet: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 0
    }

    #if !canImport(Darwin)
        private static let changes = UInt32(
            IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO
                | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW
        )
    #endif
}
