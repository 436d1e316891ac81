import AcquisitionModel
import Dispatch
import Synchronization

/// The commands that are being worked on, and those whose result the application has promised to publish.
final class CommandDesk: Sendable {
    private let state = Mutex(State())
    private let handedOver = DispatchSemaphore(value: 0)

    fileprivate struct State {
        var isOpen = true
        var lastID: UInt64 = 0
        var jobs: [UInt64: CommandJob] = [:]
        /// How many replies and results are on their way to the transport.
        var handingOver = 0
        /// Until when each job may take before its client is told that it is pending, in the order of time.
        var deadlines: [(time: ContinuousClock.Instant, id: UInt64)] = []
        var firstDeadline = 0
        /// Commands that the delegate itself answered PENDING_WITH_NOTIFICATION.
        var promised: [Promise: Int] = [:]
    }

    fileprivate struct Promise: Hashable {
        let command: ApiCommand
        let nonce: JSONValue
    }

    /// A delegate that never keeps its promises must not fill the memory.
    private static let mostPromises = 10_000

    /// Takes a job in; nil where the desk is closed.
    func open(_ job: CommandJob, deadline: ContinuousClock.Instant?) -> UInt64? {
        state.withLock { state in
            guard state.isOpen else { return nil }
            state.lastID += 1
            state.jobs[state.lastID] = job
            if let deadline { state.deadlines.append((deadline, state.lastID)) }
            return state.lastID
        }
    }

    /// The job is done.
    func close(_ id: UInt64) {
        state.withLock { state in
            state.jobs[id] = nil
            state.dropPassedDeadlines()
        }
    }

    /// Decides what a client is told and tells it: ``waitForHandOvers(atMost:)`` waits for the end of `body`.
    func handOver(_ body: () -> Void) {
        state.withLock { $0.handingOver += 1 }
        body()
        let isLast = state.withLock { state in
            state.handingOver -= 1
            return !state.isOpen && state.handingOver == 0
        }
        if isLast { handedOver.signal() }
    }

    /// Waits until what was decided has been told, so that the transport is not closed in between. For a closed desk.
    func waitForHandOvers(atMost limit: DispatchTimeInterval) {
        let deadline = DispatchTime.now() + limit
        while state.withLock({ $0.handingOver > 0 }) {
            if handedOver.wait(timeout: deadline) == .timedOut { return }
        }
    }

    /// The jobs that have taken too long by `now`, each once.
    func takeOverdue(now: ContinuousClock.Instant) -> [CommandJob] {
        state.withLock { state in
            var overdue: [CommandJob] = []
            while state.firstDeadline < state.deadlines.count, state.deadlines[state.firstDeadline].time <= now {
                let id = state.deadlines[state.firstDeadline].id
                if let job = state.jobs[id] { overdue.append(job) }
                state.firstDeadline += 1
            }
            state.dropPassedDeadlines()
            return overdue
        }
    }

    /// Whether a client will have to be told soon that its command is pending. Commands that wait without a deadline,
    /// however many, give nothing to look after.
    var hasDeadlines: Bool { state.withLock { $0.firstDeadline < $0.deadlines.count } }

    /// How many deadlines are kept; for tests.
    var deadlineCount: Int { state.withLock { $0.deadlines.count - $0.firstDeadline } }

    /// The delegate answered PENDING_WITH_NOTIFICATION: the application is to publish the result, unless it has done so
    /// already or left that to ``RpcService/answerLater(to:_:)``.
    func promise(_ job: CommandJob) {
        state.withLock { state in
            guard state.isOpen, state.promised.count < Self.mostPromises, !job.isResultLeftToOthers else { return }
            state.promised[Promise(command: job.request.command, nonce: job.request.nonce), default: 0] += 1
        }
    }

    /// The application published the result of a command, or will: the promise is kept, or where the delegate has not
    /// returned yet, there is none to make.
    func keptPromise(_ command: ApiCommand, nonce: JSONValue) {
        state.withLock { state in
            let promise = Promise(command: command, nonce: nonce)
            if let count = state.promised[promise] {
                state.promised[promise] = count > 1 ? count - 1 : nil
                return
            }
            let job = state.jobs.lazy
                .filter { $0.value.request.command == command && $0.value.request.nonce == nonce }
                .filter { !$0.value.isResultLeftToOthers }
                .min { $0.key < $1.key }
            job?.value.leaveResultToOthers()
        }
    }

    /// Closes the desk: the jobs that are not done, and what is published for the promises that were not kept.
    func closeDown() -> (jobs: [CommandJob], broken: [ApiCommandRequestResponse]) {
        state.withLock { state in
            state.isOpen = false
            let jobs = Array(state.jobs.values)
            let broken = state.promised.flatMap { promise, count in
                var response = ApiCommandRequestResponse.failed("The service was stopped before the command ended")
                response.command = promise.command
                response.nonce = promise.nonce
                return Array(repeating: response, count: count)
            }
            state.jobs = [:]
            state.deadlines = []
            state.firstDeadline = 0
            state.promised = [:]
            return (jobs, broken)
        }
    }
}

extension CommandDesk.State {
    /// Forgets deadlines of jobs that are done, and gives the memory back now and then.
    fileprivate mutating func dropPassedDeadlines() {
        while firstDeadline < deadlines.count, jobs[deadlines[firstDeadline].id] == nil { firstDeadline += 1 }
        if firstDeadline == deadlines.count {
            deadlines.removeAll(keepingCapacity: deadlines.count < 4096)
            firstDeadline = 0
        } else if firstDeadline > 4096 {
            deadlines.removeFirst(firstDeadline)
            firstDeadline = 0
        }
    }
}
