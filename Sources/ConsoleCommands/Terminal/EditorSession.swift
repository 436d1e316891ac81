import CEditline
import Dispatch
import Foundation
import Synchronization

/// The thread of a ``LineEditor`` and what others leave for it.
final class EditorSession: Sendable {
    let prompt: String
    let historyPath: String?
    let completion: LineEditor.Completion
    let keys: LineEditor.Keys
    private let continuation: AsyncStream<String>.Continuation
    private let pipe: WakePipe
    private let inbox = Mutex(Inbox())
    private let ended = Bell()

    private struct Inbox {
        var texts = OutputQueue()
        /// How often Ctrl-C was pressed.
        var interrupts = 0
        /// The window changed its size, or the program came back from the background.
        var needsRefresh = false
        var isClosing = false
        /// The terminal is gone.
        var isHungUp = false
        /// The thread is over, and the terminal is as it was found.
        var isOver = false
        var isReleased = false
    }

    /// What the thread is to do.
    struct Work: Sendable {
        var texts: [[UInt8]]
        var interrupts: Int
        var needsRefresh: Bool
        var isClosing: Bool
    }

    init?(
        prompt: String,
        historyPath: String?,
        completion: @escaping LineEditor.Completion,
        keys: LineEditor.Keys,
        lines: AsyncStream<String>.Continuation
    ) {
        guard let pipe = WakePipe() else { return nil }
        self.pipe = pipe
        self.prompt = prompt
        self.historyPath = historyPath
        self.completion = completion
        self.keys = keys
        continuation = lines
    }

    /// The descriptor that becomes readable when there is work.
    var wakeDescriptor: Int32 { pipe.reading }

    // MARK: - From any thread

    func printAbove(_ text: String) {
        let isOver = inbox.withLock { inbox in
            // Where the terminal is held, nobody waits for it.
            let bytes = Array((text + "\n").utf8)
            if !inbox.isOver {
                inbox.texts.add(bytes, capacity: Output.maximumUnread, marker: OutputQueue.marker)
            }
            return inbox.isOver
        }
        if isOver { try? Output.standardOutput.dropping().line(text) } else { pipe.wake() }
    }

    /// So often Ctrl-C may be pressed while the editor is held up by its terminal; then it is no key any more.
    private static let maximumInterrupts = 3

    /// Ctrl-C was pressed; false where the editor does not get to it, or is over.
    func interrupt() -> Bool {
        let isTaken = inbox.withLock { inbox in
            guard !inbox.isOver, !inbox.isClosing, inbox.interrupts < Self.maximumInterrupts else { return false }
            inbox.interrupts += 1
            return true
        }
        if isTaken { pipe.wake() }
        return isTaken
    }

    /// Whether this was the call that closed the editor.
    func close() -> Bool {
        let isFirst = inbox.withLock { inbox in
            defer { inbox.isReleased = true }
            inbox.isClosing = true
            return !inbox.isReleased
        }
        guard isFirst else { return false }
        pipe.wake()
        ended.wait(within: .seconds(1))
        SavedTerminal.restore()
        return true
    }

    func refresh() {
        inbox.withLock { $0.needsRefresh = true }
        pipe.wake()
    }

    // MARK: - On the editor's thread

    func run() {
        // The window changes its size; the program comes back from the background.
        let sources = [SIGWINCH, SIGCONT].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [weak self] in self?.refresh() }
            source.resume()
            return source
        }
        Editline.run(self)
        for source in sources { source.cancel() }
        continuation.finish()
        let left = inbox.withLock { inbox in
            inbox.isOver = true
            return inbox.texts.takeAll()
        }
        for text in left { try? Output.standardOutput.dropping().write(String(decoding: text, as: UTF8.self)) }
        ended.ring()
    }

    /// Whether the editor ended since the terminal is gone.
    var isHungUp: Bool { inbox.withLock { $0.isHungUp } }

    func hangUp() { inbox.withLock { $0.isHungUp = true } }

    func typed(_ line: String) { continuation.yield(line) }

    /// What there is to do, taken out.
    func takeWork() -> Work {
        pipe.drain()
        return inbox.withLock { inbox in
            defer {
                inbox.needsRefresh = false
                inbox.interrupts = 0
            }
            return Work(
                texts: inbox.texts.takeAll(),
                interrupts: inbox.interrupts,
                needsRefresh: inbox.needsRefresh,
                isClosing: inbox.isClosing
            )
        }
    }

    /// Whether the editor is to end.
    var isClosing: Bool { inbox.withLock { $0.isClosing } }

    /// Writes text to the terminal past libedit.
    static func writeOut(_ text: [UInt8]) {
        text.withUnsafeBytes { bytes in
            var rest = bytes
            while let base = rest.baseAddress, !rest.isEmpty {
                let count = write(STDOUT_FILENO, base, rest.count)
                if count > 0 { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
                if count < 0, errno == EAGAIN {
                    var room = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&room, 1, -1)
                } else if count < 0, errno != EINTR {
                    return
                }
            }
        }
    }
}
