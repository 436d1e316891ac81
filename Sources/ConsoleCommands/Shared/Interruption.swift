import Dispatch
import Foundation
import Synchronization

/// Runs a program's work so that signals end it in good order instead of killing the process, and a closed pipe is an
/// error of the write and not the end.
///
/// SIGINT and SIGTERM cancel the work. SIGHUP does so too where the process has a terminal, which is gone then; without
/// one it has log files opened anew. Where it was ignored from the start (`nohup`), it stays so. ``EndingRule`` says what
/// a signal does.
package final class Interruption: Sendable {
    private let state = Mutex(State())

    private struct State {
        var rule = EndingRule()
        var isWatching = false
        var patience: Duration = .seconds(2)
        var cancel: (@Sendable () -> Void)?
        var handler: (@Sendable (Int32) -> Bool)?
        var reopen: [@Sendable () -> Void] = []
        var leaveTerminal: [UInt64: @Sendable () -> Void] = [:]
        var lastID: UInt64 = 0
    }

    /// The only one of a process, as signals are.
    package static let shared = Interruption()

    /// The signal that ends the program, if one came.
    package var received: Int32? { state.withLock { $0.rule.received } }

    /// Runs `work` to its end; signals cancel its task.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        // Before the work: what it does to the terminal must be undone.
        watch()
        let (task, isLate) = state.withLock { state in
            let task = Task { try await work() }
            state.cancel = { task.cancel() }
            return (task, state.rule.received != nil)
        }
        if isLate { task.cancel() }
        return try await task.value
    }

    /// From now on `handler` may take a signal as its own, by returning true; nil for nobody.
    func handle(_ handler: (@Sendable (Int32) -> Bool)?) { state.withLock { $0.handler = handler } }

    /// From now on the work has so much time to end, unless a second signal ends it sooner.
    package func wait(_ patience: Duration) { state.withLock { $0.patience = patience } }

    /// Has files opened anew at a SIGHUP without a terminal.
    package func onReopen(_ reopen: @escaping @Sendable () -> Void) { state.withLock { $0.reopen.append(reopen) } }

    /// The terminal is gone, which SIGHUP says as well: whichever is noticed first.
    func hangUp() { receive(SIGHUP) }

    /// Whether a terminal that goes does not matter: the program is to live on.
    var ignoresHangup: Bool { state.withLock { $0.rule.ignoresHangup } }

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

    // MARK: - Signals

    private func watch() {
        let isFirst = state.withLock { state in
            guard !state.isWatching else { return false }
            state.isWatching = true
            state.rule = EndingRule(hasTerminal: Self.hasTerminal, ignoresHangup: Self.isIgnored(SIGHUP))
            return true
        }
        guard isFirst else { return }
        signal(SIGPIPE, SIG_IGN)
        let registered = Bell()
        let numbers = [SIGINT, SIGTERM] + (ignoresHangup ? [] : [SIGHUP])
        for number in numbers { watch(number, registered) }
        // Until then a signal ends the process as it does by itself; none is lost between.
        for _ in numbers { registered.wait(within: nil) }
    }

    private func watch(_ number: Int32, _ registered: Bell) {
        // Unsafe in name only: the handler does nothing with the source but keep it for as long as the process lives.
        nonisolated(unsafe) let source = DispatchSource.makeSignalSource(
            signal: number,
            queue: .global(qos: .userInitiated)
        )
        source.setEventHandler { [self] in withExtendedLifetime(source) { receive(number) } }
        source.setRegistrationHandler {
            #if canImport(Darwin)
                // Dispatch only watches there; elsewhere it takes the signal's place itself.
                signal(number, SIG_IGN)
            #endif
            registered.ring()
        }
        source.resume()
    }

    private func receive(_ number: Int32) {
        if let handler = state.withLock({ $0.handler }), handler(number) { return }
        end(by: number)
    }

    /// Does what this signal does where nobody takes it as its own.
    func end(by number: Int32) {
        let (action, cancel, patience) = state.withLock { ($0.rule.receive(number), $0.cancel, $0.patience) }
        switch action {
        case .nothing: break
        case .reopen: for reopen in state.withLock({ $0.reopen }) { reopen() }
        case .endNow: endNow(number)
        case .end:
            cancel?()
            let limit = DispatchTimeInterval.milliseconds(Int(min(patience / .milliseconds(1), 1e15)))
            DispatchQueue.global().asyncAfter(deadline: .now() + limit) { [self] in endNow(number) }
        }
    }

    private func endNow(_ number: Int32) {
        for restore in state.withLock({ Array($0.leaveTerminal.values) }) { restore() }
        ProgramEnd.exitAtOnce(.signal(number))
    }

    /// Whether the process belongs to a terminal, whose end SIGHUP tells.
    private static var hasTerminal: Bool {
        if [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO].contains(where: { isatty($0) == 1 }) { return true }
        let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        if terminal >= 0 { close(terminal) }
        return terminal >= 0
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        #if canImport(Darwin)
            let handler = action.__sigaction_u.__sa_handler
        #else
            let handler = action.__sigaction_handler.sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
