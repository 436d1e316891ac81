import GatewayCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A process that leads a group, with all that it started.
struct ProcessGroup: Sendable {
    /// The number of the leader and of the group. The system gives it to nobody else as long as the group has members.
    let leader: Int32

    /// Whether the group has members.
    var isAlive: Bool { kill(-leader, 0) == 0 }

    /// Ends all of the group by force, without waiting for it.
    func endAtOnce() { kill(-leader, SIGKILL) }

    /// Ends what is left of the group, its leader having ended: politely first, then by force.
    func end(within limit: Duration) async {
        guard isAlive else { return }
        kill(-leader, SIGTERM)
        // Also where the task is cancelled: that is when this matters most.
        await Task {
            guard await !isGone(within: limit) else { return }
            endAtOnce()
            // Nothing escapes that; where nobody asks how it ended, its number stays, and is not waited for.
            _ = await isGone(within: .milliseconds(500))
        }.value
    }

    /// The system tells nobody but its parent that a process has ended, so this looks again and again.
    private func isGone(within limit: Duration) async -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now.saturating(adding: limit)
        while isAlive {
            guard clock.now < deadline else { return false }
            try? await clock.sleep(for: .milliseconds(5))
        }
        return true
    }
}
