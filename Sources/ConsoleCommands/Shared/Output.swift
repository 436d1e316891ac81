import Foundation
import Synchronization

/// Where a tool writes: one of its standard streams, or memory in tests.
package struct Output: Sendable {
    /// Whether people read it as it comes.
    package let isTerminal: Bool
    private let put: @Sendable ([UInt8]) throws(OutputClosed) -> Void

    package init(isTerminal: Bool = false, put: @escaping @Sendable ([UInt8]) throws(OutputClosed) -> Void) {
        self.isTerminal = isTerminal
        self.put = put
    }

    /// An output that writes to a descriptor at once, each text as a whole.
    package init(descriptor: Int32) {
        let lock = Mutex(())
        self.init(isTerminal: isatty(descriptor) == 1) { (bytes: [UInt8]) throws(OutputClosed) in
            let isOpen = lock.withLock { _ in Self.writeAll(bytes, to: descriptor) }
            if !isOpen { throw OutputClosed() }
        }
    }

    package static let standardOutput = Output(descriptor: STDOUT_FILENO)
    package static let standardError = Output(descriptor: STDERR_FILENO)

    /// Writes text as it is.
    package func write(_ text: String) throws(OutputClosed) { try put(Array(text.utf8)) }
    /// Writes text and an end of line.
    package func line(_ text: String) throws(OutputClosed) { try put(Array(text.utf8) + [UInt8(ascii: "\n")]) }
    /// Writes lines, all at once.
    package func lines(_ lines: [String]) throws(OutputClosed) {
        if !lines.isEmpty { try line(lines.joined(separator: "\n")) }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let written = writeSome(descriptor, rest)
                if written > 0 {
                    rest = rest.dropFirst(written)
                } else if errno == EAGAIN {
                    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&waiting, 1, -1)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }

    private static func writeSome(_ descriptor: Int32, _ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes)
        return Foundation.write(descriptor, bytes.baseAddress, bytes.count)
    }
}

/// Whoever read the output has gone: a pipe's other end was closed. A tool ends quietly then, with status 0, since the
/// reader had what it wanted.
package struct OutputClosed: Error, Sendable, Hashable {}
