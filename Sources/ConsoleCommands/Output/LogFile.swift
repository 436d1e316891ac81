import Foundation
import Synchronization

/// A log file that is written at its end, and opened again where it was moved or removed, as logrotate does.
package final class LogFile: Sendable {
    package let path: String
    private let descriptor: Mutex<Int32>

    /// Opens the file, or makes it.
    ///
    /// - Throws: ``OutputError`` where it cannot be written.
    package init(_ path: String) throws(OutputError) {
        self.path = path
        switch Self.open(path) {
        case .success(let number): descriptor = Mutex(number)
        case .failure(let error): throw error
        }
    }

    deinit { descriptor.withLock { _ = close($0) } }

    /// Begins another file at the path where the one that is open stands there no more. What cannot be opened is left,
    /// and the one before goes on.
    func reopen() {
        guard isMoved, case .success(let number) = Self.open(path) else { return }
        let old = descriptor.withLock { descriptor in
            defer { descriptor = number }
            return descriptor
        }
        close(old)
    }

    /// Does something with the file that stands at the path at this moment.
    func withCurrent<Value>(_ body: (Int32) -> Value) -> Value {
        reopen()
        return body(descriptor.withLock { $0 })
    }

    private var isMoved: Bool {
        var (here, there) = (stat(), stat())
        guard fstat(descriptor.withLock { $0 }, &here) == 0 else { return true }
        guard stat(path, &there) == 0 else { return true }
        return here.st_dev != there.st_dev || here.st_ino != there.st_ino
    }

    private static func open(_ path: String) -> Result<Int32, OutputError> {
        // What is logged names who commands an animal's rig: for the owner and the group.
        let number = Foundation.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o640)
        return number >= 0 ? .success(number) : .failure(.lost(errno))
    }
}
