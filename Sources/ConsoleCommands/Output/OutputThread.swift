import AcquisitionRPC
import Foundation
import Synchronization

/// The thread of an ``OutputWriter`` and what others leave for it. It keeps itself alive and not the writer, so that it
/// ends when nobody writes any more.
final class OutputThread: Sendable {
    enum Target: Sendable {
        case descriptor(Int32)
        case file(LogFile)
    }

    struct State {
        var queue = OutputQueue()
        /// The size of what is being written at this moment.
        var writing = 0
        /// Whether the thread sleeps, or is about to, since everything is written.
        var isIdle = true
        var mustReopen = false
        /// Nothing will ever be written again.
        var isGone = false
        var isAbandoned = false
        var problem: OutputError?
        var onFailure: (@Sendable (OutputError) -> Void)?
        /// How the output itself tells of lines that are missing.
        var marker = OutputQueue.marker
        /// Who waits until everything is written.
        var waiting: [UInt64: @Sendable () -> Void] = [:]
        private var lastID: UInt64 = 0

        var unwritten: Int { queue.bytes + writing }

        mutating func newID() -> UInt64 {
            lastID += 1
            return lastID
        }

        mutating func wait(_ wake: @escaping @Sendable () -> Void) { waiting[newID()] = wake }
    }

    let state = Mutex(State())
    private let target: Target
    private let pipe = WakePipe()

    init(_ target: Target) { self.target = target }

    func start() {
        guard pipe != nil else { return fail(.lost(EMFILE)) }
        if !Worker.start("output", { [self] in run() }) { fail(.lost(EAGAIN)) }
    }

    // MARK: - From any thread

    /// Changes what there is to do, and wakes the thread if it sleeps.
    func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        let (value, mustWake) = state.withLock { state in
            let value = body(&state)
            let isWork = !state.queue.isEmpty || state.mustReopen
            defer { if isWork { state.isIdle = false } }
            return (value, isWork && state.isIdle)
        }
        if mustWake { pipe?.wake() }
        return value
    }

    /// Nobody writes any more, and nobody waits for what is left.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        pipe?.wake()
    }

    /// Remembers why a write failed; the first reason counts.
    private func fail(_ error: OutputError) {
        let handler = state.withLock { state -> (@Sendable (OutputError) -> Void)? in
            if !error.isTemporary { state.isGone = true }
            guard state.problem == nil else { return nil }
            state.problem = error
            return state.onFailure.take()
        }
        handler?(error)
    }

    // MARK: - The thread

    private func run() {
        // A write that cannot be done is an error of the write, and no signal that ends the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGPIPE, SIGXFSZ] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var tail = Tail()
        while !isAbandoned {
            let (texts, mustReopen) = take()
            if mustReopen, case .file(let file) = target { file.reopen() }
            if !texts.isEmpty {
                write(texts, &tail)
            } else if rest() {
                sleep()
            }
        }
        _ = rest(isOver: true)
    }

    /// How the output ends as far as it is written.
    private struct Tail {
        /// In the middle of a line, whose rest could not be written.
        var isTorn = false
        /// So many lines could not be written there.
        var lost = 0
    }

    private var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    private func take() -> ([[UInt8]], mustReopen: Bool) {
        state.withLock { state in
            defer { state.mustReopen = false }
            let all = state.queue.takeAll()
            let texts = state.isGone ? [] : all
            state.writing = texts.reduce(0) { $0 + $1.count }
            return (texts, state.mustReopen)
        }
    }

    /// Everything that was taken is done; where nothing has come since, whoever waits for that is woken, and true.
    private func rest(isOver: Bool = false) -> Bool {
        let waiting = state.withLock { state -> [@Sendable () -> Void]? in
            guard isOver || (state.queue.isEmpty && !state.mustReopen) else { return nil }
            state.isIdle = true
            state.writing = 0
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for wake in waiting ?? [] { wake() }
        return waiting != nil
    }

    /// Sleeps until there is something to write. A reader that goes meanwhile is noticed at once.
    private func sleep() {
        guard let pipe else { return }
        var descriptors = [pollfd(fd: pipe.reading, events: Int16(POLLIN), revents: 0)]
        if case .descriptor(let number) = target, !state.withLock({ $0.isGone }) {
            descriptors.append(pollfd(fd: number, events: 0, revents: 0))
        }
        _ = poll(&descriptors, nfds_t(descriptors.count), -1)
        pipe.drain()
        if descriptors.count == 2, descriptors[1].revents & Int16(POLLERR | POLLHUP) != 0 { fail(.readerGone) }
    }

    private func write(_ texts: [[UInt8]], _ tail: inout Tail) {
        let lines = texts.reduce(0) { $0 + OutputQueue.lines($1) }
        var bytes: [UInt8] = tail.isTorn ? [UInt8(ascii: "\n")] : []
        if tail.lost > 0 { bytes += Array((state.withLock { $0.marker }(tail.lost) + "\n").utf8) }
        for text in texts { bytes += text }
        let (written, problem) =
            switch target {
            case .descriptor(let number): write(bytes, to: number)
            case .file(let file): file.withCurrent { write(bytes, to: $0) }
            }
        guard let problem else {
            tail = Tail()
            return
        }
        // As many lines as are not whole in the output; those that came before may be lost with their marker.
        let missing = bytes[written...].reduce(into: 0) { if $1 == UInt8(ascii: "\n") { $0 += 1 } }
        let lost = min(max(missing, 1), lines)
        tail.lost = (written == 0 ? tail.lost : 0) + lost
        if written > 0 { tail.isTorn = bytes[written - 1] != UInt8(ascii: "\n") }
        state.withLock { $0.queue.lose(lost) }
        let isTerminal = if case .descriptor(let number) = target { isatty(number) == 1 } else { false }
        fail(OutputError(errno: problem, isTerminal: isTerminal))
    }

    /// Writes until everything is written, nobody waits for it any more, or a write fails: how much, and why no more.
    private func write(_ bytes: [UInt8], to descriptor: Int32) -> (written: Int, problem: Int32?) {
        bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                // A write to a terminal that is held, or to a full pipe, would block until somebody reads.
                guard waitUntilWritable(descriptor) else { return (written, nil) }
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...].prefix(Self.pieceSize))
                let count = systemWrite(descriptor, rest.baseAddress, rest.count)
                if count > 0 {
                    written += count
                } else if errno != EINTR, errno != EAGAIN {
                    return (written, errno)
                }
            }
            return (written, nil)
        }
    }

    /// What a pipe takes at once where it takes anything.
    private static let pieceSize = Int(PIPE_BUF)

    /// False where the writer is abandoned.
    private func waitUntilWritable(_ descriptor: Int32) -> Bool {
        guard let pipe else { return true }
        var descriptors = [
            pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: pipe.reading, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            descriptors[0].revents = 0
            descriptors[1].revents = 0
            _ = poll(&descriptors, 2, -1)
            if descriptors[1].revents != 0 { pipe.drain() }
            if isAbandoned { return false }
            if descriptors[0].revents != 0 { return true }
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
