import AcquisitionRPC
import Dispatch
import Foundation
import Synchronization

/// Runs a tool's work so that SIGINT and SIGTERM cancel it instead of killing the process, and a closed pipe is an error
/// of the write and not the end.
///
/// The work has two seconds to end, or until a second signal; then the process ends in any case.
final class Interruption: Sendable {
    private let state = Mutex(State())
    private static let patience: DispatchTimeInterval = .seconds(2)

    private struct State {
        var received: Int32?
        var cancel: (@Sendable () -> Void)?
        var handler: (@Sendable (Int32) -> Bool)?
        var leaveTerminal: [UInt64: @Sendable () -> Void] = [:]
        var lastID: UInt64 = 0
    }

    /// The only one of a process, as signals are.
    static let shared = Interruption()

    /// The signal that came, if any.
    var received: Int32? { state.withLock { $0.received } }

    /// Runs `work` to its end; signals cancel its task.
    func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        signal(SIGPIPE, SIG_IGN)
        let task = Task { try await work() }
        state.withLock { $0.cancel = { task.cancel() } }
        watch()
        return try await task.value
    }

    /// From now on `handler` may take a signal as its own, by returning true; nil for nobody.
    func handle(_ handler: (@Sendable (Int32) -> Bool)?) { state.withLock { $0.handler = handler } }

    /// Has `restore` called if the process ends before ``forget(_:)``, so that the terminal is left as it was.
    func atEnd(_ restore: @escaping @Sendable () -> Void) -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            state.leaveTerminal[state.lastID] = restore
            return state.lastID
        }
    }

    /// Undoes ``atEnd(_:)``.
    func forget(_ id: UInt64) { state.withLock { _ = $0.leaveTerminal.removeValue(forKey: id) } }

    /// The end of the pipe that the signal handler writes to. Set once, before the handler is.
    private nonisolated(unsafe) static var wakeDescriptor: Int32 = -1

    /// Begins to watch, on a thread of its own that lets the signals through, whatever the others do.
    ///
    /// Not with Dispatch's signal sources: on Linux a signal that the system gives to a thread that does not block it
    /// can be lost there (libdispatch's handler raises it again for that thread alone, where its signalfd sees nothing).
    private func watch() {
        var ends: [Int32] = [-1, -1]
        guard Self.wakeDescriptor < 0, pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let reading = ends[0]
        Self.wakeDescriptor = ends[1]
        Worker.start("signals") { [self] in
            var ours = sigset_t()
            sigemptyset(&ours)
            for number in [SIGINT, SIGTERM] {
                sigaddset(&ours, number)
                signal(number) { number in
                    let before = errno
                    var byte = UInt8(truncatingIfNeeded: number)
                    _ = write(Interruption.wakeDescriptor, &byte, 1)
                    errno = before
                }
            }
            pthread_sigmask(SIG_UNBLOCK, &ours, nil)
            var byte: UInt8 = 0
            while true {
                let count = read(reading, &byte, 1)
                if count == 1 { receive(Int32(byte)) } else if count == 0 || errno != EINTR { return }
            }
        }
    }

    private func receive(_ number: Int32) {
        if let handler = state.withLock({ $0.handler }), handler(number) { return }
        let (isFirst, cancel) = state.withLock { state in
            defer { state.received = state.received ?? number }
            return (state.received == nil, state.cancel)
        }
        guard isFirst else { return endNow(number) }
        cancel?()
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience) { [self] in endNow(number) }
    }

    private func endNow(_ number: Int32) {
        for restore in state.withLock({ Array($0.leaveTerminal.values) }) { restore() }
        _exit(ExitStatus.signal(number).rawValue)
    }
}
