import Dispatch

/// One thread waits until another one rings. A ring that nobody waits for is not lost.
struct Bell: Sendable {
    // The semaphore is a class of the system's and documented to be used from any thread.
    private let semaphore = DispatchSemaphore(value: 0)

    /// Wakes whoever waits, or the next one who does.
    func ring() { semaphore.signal() }

    /// Waits for a ring, at most for `limit`.
    func wait(within limit: Duration?) {
        guard let limit else { return semaphore.wait() }
        let (seconds, attoseconds) = limit.components
        let time = Double(seconds) + Double(attoseconds) / 1e18
        _ = semaphore.wait(timeout: .now() + time)
    }
}
