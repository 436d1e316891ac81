import AcquisitionRPC
import Foundation
import Synchronization

/// Writes to one file, pipe or terminal on a thread of its own, in order.
///
/// Nobody who has something to log waits for whoever reads it: what is not read in time is dropped and counted, and a
/// marker says so where it is missing. Whoever puts data out may wait for room instead.
final class OutputWriter: Sendable {
    private let thread: OutputThread

    /// A writer to an open descriptor, which stays the caller's.
    convenience init(descriptor: Int32) { self.init(.descriptor(descriptor)) }

    /// A writer to a log file, which it opens again where it was moved.
    convenience init(file: LogFile) { self.init(.file(file)) }

    private init(_ target: OutputThread.Target) {
        thread = OutputThread(target)
        thread.start()
    }

    deinit { thread.abandon() }

    /// Why it could not write, if that happened; also where it has succeeded again since.
    var problem: OutputError? { thread.state.withLock { $0.problem } }

    /// How many lines were dropped, or lost in a failed write.
    var dropped: Int { thread.state.withLock { $0.queue.dropped } }

    /// Whether something is still to be written.
    var isBusy: Bool { thread.state.withLock { !$0.isIdle } }

    /// Calls `handler` once, on the writer's thread, when a write fails.
    func onFailure(_ handler: @escaping @Sendable (OutputError) -> Void) {
        let problem = thread.state.withLock { state in
            if state.problem == nil { state.onFailure = handler }
            return state.problem
        }
        if let problem { handler(problem) }
    }

    /// Takes a text without waiting, and drops it where more than `capacity` bytes would wait.
    func put(_ text: [UInt8], capacity: Int, marker: @escaping OutputQueue.Marker) {
        thread.change { state in
            state.marker = marker
            if state.isGone {
                state.queue.lose(OutputQueue.lines(text))
            } else {
                state.queue.add(text, capacity: capacity, marker: marker)
            }
        }
    }

    /// Takes a text, then waits while more than `capacity` bytes are to be written.
    ///
    /// - Throws: ``OutputError`` where a write has failed before.
    func put(_ text: [UInt8], waitingAbove capacity: Int) throws(OutputError) {
        let room = Bell()
        let (problem, mustWait) = thread.change { state -> (OutputError?, Bool) in
            if let problem = state.problem { return (problem, false) }
            state.queue.add(text)
            guard state.unwritten > capacity else { return (nil, false) }
            state.wait { room.ring() }
            return (nil, true)
        }
        if let problem { throw problem }
        if mustWait { room.wait(within: nil) }
    }

    /// Waits until nothing is left to be written, or the task is cancelled.
    func drained() async {
        let id = thread.state.withLock { $0.newID() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = thread.state.withLock { state in
                    guard !state.isIdle, !Task.isCancelled else { return false }
                    state.waiting[id] = { continuation.resume() }
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            thread.state.withLock { $0.waiting.removeValue(forKey: id) }?()
        }
    }

    /// Waits until everything is written or cannot be, for at most `limit`; whether it is.
    @discardableResult
    func flush(within limit: Duration?) -> Bool {
        let done = Bell()
        let mustWait = thread.state.withLock { state in
            if !state.isIdle { state.wait { done.ring() } }
            return !state.isIdle
        }
        if mustWait { done.wait(within: limit) }
        return !isBusy
    }

    /// Has a log file opened anew, as after somebody has moved it.
    func reopen() { thread.change { $0.mustReopen = true } }
}
