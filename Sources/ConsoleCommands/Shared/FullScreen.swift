import Foundation
import Synchronization

/// The terminal's second screen, for as long as a live view wants it; the first one comes back in any case.
final class FullScreen: Sendable {
    private let output: Output
    private let registration = Mutex<UInt64?>(nil)

    private static let enter = "\u{1B}[?1049h\u{1B}[?25l"
    private static let leave = "\u{1B}[?25h\u{1B}[?1049l"

    init(_ output: Output) throws(OutputError) {
        self.output = output
        let id = Interruption.shared.atEnd { try? output.write(Self.leave) }
        registration.withLock { $0 = id }
        try output.write(Self.enter)
    }

    /// Draws the lines over what was there, without flicker.
    func draw(_ lines: [String]) throws(OutputError) {
        let body = lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
        try output.write("\u{1B}[H" + body + "\u{1B}[J")
    }

    /// Gives the first screen back. Calling it again does nothing.
    func close() {
        guard let id = registration.withLock({ $0.take() }) else { return }
        Interruption.shared.forget(id)
        try? output.write(Self.leave)
    }

    /// The size of the terminal behind standard output, now; 80 by 24 where it does not say.
    static var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}
