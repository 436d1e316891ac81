import Dispatch
import Foundation
import Synchronization

/// Runs a tool's work so that SIGINT and SIGTERM cancel it instead of killing the process, and a closed pipe is an error
/// of the write and not the end.
///
/// The work has two seconds to end, or as long as it asks for, or until a second signal; then the process ends in any
/// case.
package final class Interruption: Sendable {
    private let state = Mutex(State())

    private struct State {
        var received: Int32?
        var patience: Duration = .seconds(2)
        var cancel: (@Sendable () -> Void)?
        var handler: (@Sendable (Int32) -> Bool)?
        var leaveTerminal: [UInt64: @Sendable () -> Void] = [:]
        var lastID: UInt64 = 0
    }

    /// The only one of a process, as signals are.
    package static let shared = Interruption()

    /// The signal that came, if any.
    package var received: Int32? { state.withLock { $0.received } }

    /// Runs `work` to its end; signals cancel its task.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        signal(SIGPIPE, SIG_IGN)
        // Before the work: what it does to the terminal must be undone.
        for number in [SIGINT, SIGTERM] { watch(number) }
        let (task, isLate) = state.withLock { state in
            let task = Task { try await work() }
            state.cancel = { task.cancel() }
            return (task, state.received != nil)
        }
        if isLate { task.cancel() }
        return try await task.value
    }

    /// From now on `handler` may take a signal as its own, by returning true; nil for nobody.
    func handle(_ handler: (@Sendable (Int32) -> Bool)?) { state.withLock { $0.handler = handler } }

    /// From now on the work has so much time to end.
    package func wait(_ patience: Duration) { state.withLock { $0.patience = patience } }

    /// Has `restore` called if the process ends before ``forget(_:)``, so that nothing is left as it should not be: the
    /// terminal, or other processes.
    package func atEnd(_ restore: @escaping @Sendable () -> Void) -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            state.leaveTerminal[state.lastID] = restore
            return state.lastID
        }
    }

    /// Undoes ``atEnd(_:)``.
    package func forget(_ id: UInt64) { state.withLock { _ = $0.leaveTerminal.removeValue(forKey: id) } }

    private func watch(_ number: Int32) {
        signal(number, SIG_IGN)
        // Unsafe in name only: the handler does nothing with the source but keep it for as long as the process lives.
        nonisolated(unsafe) let source = DispatchSource.makeSignalSource(
            signal: number,
            queue: .global(qos: .userInitiated)
        )
        source.setEventHandler { [self] in withExtendedLifetime(source) { receive(number) } }
        source.resume()
    }

    private func receive(_ number: Int32) {
        if let handler = state.withLock({ $0.handler }), handler(number) { return }
        let (isFirst, cancel, patience) = state.withLock { state in
            defer { state.received = state.received ?? number }
            return (state.received == nil, state.cancel, state.patience)
        }
        guard isFirst else { return endNow(number) }
        cancel?()
        let limit = DispatchTimeInterval.milliseconds(Int(min(patience / .milliseconds(1), 1e15)))
        DispatchQueue.global().asyncAfter(deadline: .now() + limit) { [self] in endNow(number) }
    }

    private func endNow(_ number: Int32) {
        for restore in state.withLock({ Array($0.leaveTerminal.values) }) { restore() }
        _exit(ExitStatus.signal(number).rawValue)
    }
}
