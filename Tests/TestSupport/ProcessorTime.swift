import Foundation

/// How long the processor works for something: neither a machine that is busy with other things nor a process that is
/// paused makes that longer.
public enum ProcessorTime {
    /// The processor's time that `body` takes on the present thread.
    public static func measure(_ body: () throws -> Void) rethrows -> Duration {
        let start = now
        try body()
        return now - start
    }

    private static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
