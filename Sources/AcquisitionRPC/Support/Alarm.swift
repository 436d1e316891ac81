import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What one thread waits for, and others ring; a ring before the wait is kept. Its time limit does not follow the
/// system's clock: Dispatch's semaphores do on Linux (they wait in `sem_timedwait`), so that a clock that is set back by
/// an hour makes them wait for an hour.
#if canImport(Darwin)
    package final class Alarm: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)

        package init() {}

        /// Ends the wait.
        package func ring() { semaphore.signal() }

        /// Waits until it rings, or for as long as `limit`; whether it rang.
        @discardableResult
        package func wait(atMost limit: Duration) -> Bool {
            let (seconds, attoseconds) = limit.forWaiting.components
            let microseconds = Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000) + 1
            return semaphore.wait(timeout: .now() + .microseconds(microseconds)) == .success
        }
    }
#else
    // `@unchecked`: the pointers never change, what they point at belongs to the system, and `isRung` is used with the
    // mutex held.
    package final class Alarm: @unchecked Sendable {
        private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private var isRung = false

        package init() {
            mutex.initialize(to: pthread_mutex_t())
            condition.initialize(to: pthread_cond_t())
            pthread_mutex_init(mutex, nil)
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(condition, &attributes)
            pthread_condattr_destroy(&attributes)
        }

        deinit {
            pthread_cond_destroy(condition)
            pthread_mutex_destroy(mutex)
            condition.deallocate()
            mutex.deallocate()
        }

        /// Ends the wait.
        package func ring() {
            pthread_mutex_lock(mutex)
            isRung = true
            pthread_cond_signal(condition)
            pthread_mutex_unlock(mutex)
        }

        /// Waits until it rings, or for as long as `limit`; whether it rang.
        @discardableResult
        package func wait(atMost limit: Duration) -> Bool {
            let (seconds, attoseconds) = limit.forWaiting.components
            var deadline = timespec()
            clock_gettime(CLOCK_MONOTONIC, &deadline)
            deadline.tv_sec += Int(seconds)
            deadline.tv_nsec += Int(attoseconds / 1_000_000_000)
            if deadline.tv_nsec >= 1_000_000_000 {
                deadline.tv_sec += 1
                deadline.tv_nsec -= 1_000_000_000
            }
            pthread_mutex_lock(mutex)
            while !isRung, pthread_cond_timedwait(condition, mutex, &deadline) == 0 {}
            let hasRung = isRung
            isRung = false
            pthread_mutex_unlock(mutex)
            return hasRung
        }
    }
#endif

extension Alarm {
    /// Waits until `isOver`, which is asked at once and with every ring, or for as long as `limit`; whether it is.
    @discardableResult
    package func wait(atMost limit: Duration, until isOver: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now.saturating(adding: limit)
        while !isOver() {
            let left = deadline - .now
            guard left > .zero else { return false }
            wait(atMost: left)
        }
        return true
    }
}

extension Duration {
    /// The duration for the system; a very long one counts as a day, and one that is over as none.
    fileprivate var forWaiting: Duration { min(max(self, .zero), .seconds(86_400)) }
}
