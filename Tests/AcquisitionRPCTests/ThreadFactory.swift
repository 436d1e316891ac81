import AcquisitionRPC
import Dispatch
import Synchronization

/// Makes threads, unless it is told that the system has none to give.
final class ThreadFactory: Sendable {
    private let state = Mutex((refuses: false, made: 0, running: 0))

    /// Whether the system has none to give.
    var refuses: Bool {
        get { state.withLock { $0.refuses } }
        set { state.withLock { $0.refuses = newValue } }
    }

    /// How many were made.
    var made: Int { state.withLock { $0.made } }

    /// How many have not ended.
    var running: Int { state.withLock { $0.running } }

    /// See `DelegateThreads.Factory`.
    var make: DelegateThreads.Factory {
        { [self] name, body in
            let mayMake = state.withLock { state in
                guard !state.refuses else { return false }
                state.made += 1
                state.running += 1
                return true
            }
            return mayMake
                && Worker.start(name) { [self] in
                    body()
                    state.withLock { $0.running -= 1 }
                }
        }
    }
}

/// What threads wait at until it is opened, for good.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    func wait() {
        semaphore.wait()
        semaphore.signal()
    }

    /// The same, from asynchronous code, as a delegate of somebody else's may.
    func waitBlocking() { wait() }
}
