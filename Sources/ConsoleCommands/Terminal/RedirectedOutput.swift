import Synchronization

/// An output whose lines can be sent elsewhere for a while, such as above a prompt. Nobody waits for whoever reads them.
final class RedirectedOutput: Sendable {
    private let output: Output
    private let display = Mutex<(@Sendable (String) -> Void)?>(nil)

    init(_ output: Output) { self.output = output }

    /// Writes `line` and a line feed.
    func write(_ line: String) {
        if let display = display.withLock({ $0 }) { display(line) } else { try? output.line(line) }
    }

    /// Sends lines elsewhere from now on; nil for back to the output.
    func redirect(_ display: (@Sendable (String) -> Void)?) {
        // Whatever the one before refers to may end with it, and not under the lock.
        let before = self.display.withLock { current in
            defer { current = display }
            return current
        }
        withExtendedLifetime(before) {}
    }

    /// Waits until everything that was given is written, for at most `limit`.
    func flush(within limit: Duration = .seconds(1)) { output.flush(within: limit) }
}
