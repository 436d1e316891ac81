import AcquisitionRPC
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Writes lines to a file descriptor on a thread of its own, each at once and whole: whoever has something to say never
/// waits for whoever reads it. What a reader does not take in time is dropped from a bound on; a reader that went away
/// is no error.
final class LineWriter: Sendable {
    private let descriptor: Int32
    private let mostLines: Int
    private let state = Mutex(State())
    /// Counts what happens in `state`, for the thread to wait on.
    private let bell = Bell()
    private let done = Bell()

    private struct State {
        var lines: [String] = []
        var isWriting = false
        /// Who waits until everything is written.
        var flushes: [Bell] = []
        var isClosed = false
        var isGone = false
        var dropped = 0
        var display: (@Sendable (String) -> Void)?
    }

    /// A writer to `descriptor`; at most `mostLines` lines wait to be written.
    init(_ descriptor: Int32, mostLines: Int = 10_000) {
        self.descriptor = descriptor
        self.mostLines = mostLines
        Worker.start("line-writer") { [self] in run() }
    }

    /// How many lines were dropped because nobody took them.
    var dropped: Int { state.withLock { $0.dropped } }

    /// Writes `line` and a line feed.
    func write(_ line: String) {
        let display = state.withLock { state -> (@Sendable (String) -> Void)? in
            if let display = state.display { return display }
            guard !state.isClosed, !state.isGone else { return nil }
            if state.lines.count >= mostLines {
                state.dropped += 1
            } else {
                state.lines.append(line)
            }
            return nil
        }
        if let display { display(line) } else { bell.ring() }
    }

    /// Waits until everything that was given is written, for at most `limit`.
    func flush(within limit: Duration = .seconds(1)) {
        let written = Bell()
        let isIdle = state.withLock { state in
            if state.lines.isEmpty, !state.isWriting { return true }
            state.flushes.append(written)
            return false
        }
        if !isIdle { written.wait(within: limit) }
    }

    /// Sends lines elsewhere from now on, such as above a prompt; nil for back to the descriptor.
    func redirect(_ display: (@Sendable (String) -> Void)?) {
        state.withLock { $0.display = display }
    }

    /// Waits until everything is written, for at most `limit`, and ends the thread.
    func close(within limit: Duration = .seconds(1)) {
        state.withLock { $0.isClosed = true }
        bell.ring()
        done.wait(within: limit)
    }

    private func run() {
        // A reader that went away is told by the write, not by a signal to the whole process.
        var pipeSignal = sigset_t()
        sigemptyset(&pipeSignal)
        sigaddset(&pipeSignal, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipeSignal, nil)
        while true {
            let (lines, isClosed, flushes) = state.withLock { state in
                defer {
                    state.isWriting = !state.lines.isEmpty
                    if state.lines.isEmpty { state.flushes = [] }
                    state.lines = []
                }
                return (state.lines, state.isClosed, state.lines.isEmpty ? state.flushes : [])
            }
            for flush in flushes { flush.ring() }
            if lines.isEmpty {
                if isClosed { break }
                bell.wait(within: nil)
                continue
            }
            var text = ""
            for line in lines { text += line + "\n" }
            if !writeAll(text) {
                state.withLock { state in
                    state.isGone = true
                    state.lines = []
                }
            }
        }
        done.ring()
    }

    /// Whether somebody took all of it.
    private func writeAll(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let base = rest.baseAddress, !rest.isEmpty {
                let count = systemWrite(descriptor, base, rest.count)
                if count > 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } else if count < 0, errno == EAGAIN {
                    var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = systemPoll(&poll, 1, -1)
                } else if count < 0, errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

private func systemPoll(_ descriptors: UnsafeMutablePointer<pollfd>, _ count: nfds_t, _ timeout: Int32) -> Int32 {
    poll(descriptors, count, timeout)
}
