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

    /// Ends what is left of the group, its leader having ended: politely first, then by force.
    func end(within limit: Duration) async {
        guard isAlive else { return }
        kill(-leader, SIGTERM)
        // Also where the task is cancelled: that is when this matters most. The system tells nobody but its parent that a
        // process has ended, so this looks again and again.
        await Task {
            let clock = ContinuousClock()
            let deadline = clock.now.advanced(by: limit)
            while isAlive, clock.now < deadline { try? await clock.sleep(for: .milliseconds(10)) }
            if isAlive { kill(-leader, SIGKILL) }
        }.value
    }
}
