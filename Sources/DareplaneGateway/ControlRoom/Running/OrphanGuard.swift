import GatewayCore
import Logging
import Subprocess
import Synchronization

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Ends the processes of modules where the control room itself is ended by force (SIGKILL, a crash) and cannot: they
/// would keep their ports, and the next control room would fail on them.
///
/// A shell that does nothing but read from a socket of which only the control room has the other end. It is told which
/// groups of processes there are; when nothing more can come it ends those that are left, politely first. This holds for
/// whatever belongs to the group, also for what shells and `uv run` started, and on every system. (The parent-death signal
/// of Linux reaches the direct child alone, is sent when the *thread* ends that started it, and there is none elsewhere.)
final class OrphanGuard: Sendable {
    private let stopTime: Duration
    private let logger: Logger
    /// This process's end; nil where there is none.
    private let end = Mutex<Int32?>(nil)

    /// - Parameters:
    ///   - stopTime: how long processes may take to end before they are killed.
    ///   - logger: told where there can be no guard.
    init(stopTime: Duration, logger: Logger) {
        self.stopTime = stopTime
        self.logger = logger.safe
    }

    /// A group is there from now on.
    func began(_ group: ProcessGroup) { tell("begin \(group.leader)\n") }

    /// The group is gone.
    func ended(_ group: ProcessGroup) { tell("end \(group.leader)\n") }

    private func tell(_ change: String) {
        end.withLock { end in
            // A socket and no pipe: a guard that somebody has ended must not end this process (SIGPIPE).
            if let end { _ = change.withCString { send(end, $0, strlen($0), Self.quietly) } }
        }
    }

    /// Guards while `body` runs, whether or not the task is cancelled: `body` ends the groups itself then.
    func run(_ body: () async -> Void) async {
        let guardian = socketPair().map { ours, theirs in
            end.withLock { $0 = ours }
            return Task { await guardGroups(reading: theirs) }
        }
        await body()
        end.withLock { end in
            if let end { close(end) }
            end = nil
        }
        await guardian?.value
    }

    private func guardGroups(reading input: Int32) async {
        var options = PlatformOptions()
        // Ctrl-C on the terminal is for the control room alone.
        options.createSession = true
        let tenths = Int(max(.zero, stopTime.saturated) / .milliseconds(100))
        do {
            _ = try await Subprocess.run(
                .path("/bin/sh"),
                arguments: ["-c", Self.script, "module-guard", "\(tenths)"],
                platformOptions: options,
                input: .fileDescriptor(FileDescriptor(rawValue: input), closeAfterSpawningProcess: true),
                output: .discarded,
                error: .discarded
            )
        } catch {
            warn("\(error)")
        }
    }

    private func warn(_ reason: String) {
        logger.warning(
            "Modules would stay where they are if this process were killed",
            metadata: ["reason": "\(reason)"]
        )
    }

    // MARK: - The socket

    /// Two ends of a connection, which other processes that are started meanwhile do not inherit.
    private func socketPair() -> (ours: Int32, theirs: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Self.kind, 0, &ends) == 0 else {
            warn("no socket: \(String(cString: strerror(errno)))")
            return nil
        }
        #if canImport(Darwin)
            var isOn: Int32 = 1
            setsockopt(ends[0], SOL_SOCKET, SO_NOSIGPIPE, &isOn, socklen_t(MemoryLayout<Int32>.size))
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        #endif
        return (ends[0], ends[1])
    }

    #if canImport(Darwin)
        private static let kind = SOCK_STREAM
        private static let quietly = MSG_DONTWAIT
    #elseif canImport(Musl)
        private static let kind = Int32(SOCK_STREAM) | Int32(SOCK_CLOEXEC)
        private static let quietly = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    #else
        private static let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        private static let quietly = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    #endif

    private static let script = """
        trap '' TERM INT HUP QUIT
        groups=
        while read -r change group; do
            case $change in
            begin) groups="$groups $group" ;;
            end)
                rest=
                for one in $groups; do [ "$one" = "$group" ] || rest="$rest $one"; done
                groups=$rest
                ;;
            esac
        done
        for one in $groups; do kill -s TERM -- "-$one"; done
        left=$1
        while [ "$left" -gt 0 ]; do
            alive=
            for one in $groups; do kill -s 0 -- "-$one" && alive=yes; done
            [ "$alive" ] || exit 0
            sleep 0.1
            left=$((left - 1))
        done
        for one in $groups; do kill -s KILL -- "-$one"; done
        """
}
