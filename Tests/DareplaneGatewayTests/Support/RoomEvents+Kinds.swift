import DareplaneGateway
import Foundation

extension RoomEvents {
    /// Waits until the process of a module was started; its number.
    func started(_ name: String) async throws -> Int {
        try await next { if case .moduleStarted(name, let number) = $0 { number } else { nil } }
    }

    /// Waits until the process of a module has ended; how.
    func exited(_ name: String) async throws -> String {
        try await next { if case .moduleExited(name, let reason) = $0 { reason } else { nil } }
    }

    /// Waits until a module is down; why.
    func down(_ name: String) async throws -> String {
        try await next { if case .moduleDown(name, let reason) = $0 { reason } else { nil } }
    }

    /// Waits for a callback that is rejected.
    func rejected(from name: String) async throws -> (callback: String, reason: String) {
        try await next {
            if case .callbackRejected(name, let callback, let reason) = $0 { (callback, reason) } else { nil }
        }
    }
}

extension RoomBench {
    /// Halts a process until ``goOn(_:)``.
    static func halt(_ process: Int) { kill(Int32(process), SIGSTOP) }

    /// Lets a halted process go on.
    static func goOn(_ process: Int) { kill(Int32(process), SIGCONT) }

    /// Ends a process at once.
    static func end(_ process: Int) { kill(Int32(process), SIGKILL) }
}
