import GatewayCore
import Logging
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Ends the processes of modules where the control room itself is ended by force (SIGKILL, a crash) and cannot: they
/// would keep their ports, and the next control room would fail on them.
///
/// A shell that does nothing but read a pipe of which only the control room has the other end. It is told which groups of
/// processes there are; when the pipe ends it ends those that are left, politely first. This holds for whatever belongs
/// to the group, also for what shells and `uv run` started, and on every system. (The parent-death signal of Linux reaches
/// the direct child alone, is sent when the *thread* ends that started it, and there is none elsewhere.)
struct OrphanGuard: Sendable {
    private let stopTime: Duration
    private let logger: Logger
    private let changes = AsyncStream.makeStream(of: String.self)

    /// - Parameters:
    ///   - stopTime: how long processes may take to end before they are killed.
    ///   - logger: told where there can be no guard.
    init(stopTime: Duration, logger: Logger) {
        self.stopTime = stopTime
        self.logger = logger.safe
    }

    /// A group is there from now on.
    func began(_ group: ProcessGroup) { changes.continuation.yield("begin \(group.leader)\n") }

    /// The group is gone.
    func ended(_ group: ProcessGroup) { changes.continuation.yield("end \(group.leader)\n") }

    /// Guards while `body` runs, whether or not the task is cancelled: `body` ends the groups itself then.
    func run(_ body: () async -> Void) async {
        let guardian = Task { await guardGroups() }
        await body()
        changes.continuation.finish()
        await guardian.value
    }

    private func guardGroups() async {
        var options = PlatformOptions()
        // Ctrl-C on the terminal is for the control room alone.
        options.createSession = true
        let tenths = Int(max(.zero, stopTime.saturated) / .milliseconds(100))
        do {
            _ = try await Subprocess.run(
                .path("/bin/sh"),
                arguments: ["-c", Self.script, "module-guard", "\(tenths)"],
                platformOptions: options,
                input: .inputWriter,
                output: .discarded,
                error: .discarded
            ) { execution in
                for await change in changes.stream {
                    _ = try await execution.standardInputWriter.write(change)
                }
                try await execution.standardInputWriter.finish()
            }
        } catch {
            logger.warning(
                "Modules that are running would stay if this process were killed",
                metadata: ["reason": "\(error)"]
            )
        }
    }

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
