import Dispatch

/// Runs tasks on one thread at a time, in the order in which they were made: each begins when the one before it waits for
/// something for the first time. Commands that came in an order are given in that order, and nobody waits for their answers.
package final class InOrder: TaskExecutor {
    private let queue = DispatchQueue(label: "in-order")

    /// An order of its own.
    package init() {}

    /// See `TaskExecutor`.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
