import CEditline
import Dispatch
import Foundation
import Synchronization

/// The thread of a ``LineEditor`` and what others leave for it.
final class EditorSession: Sendable {
    let prompt: String
    let historyPath: String?
    let completion: LineEditor.Completion
    private let continuation: AsyncStream<String>.Continuation
    private let pipe: WakePipe
    private let inbox = Mutex(Inbox())
    private let ended = Bell()

    private struct Inbox {
        var texts: [String] = []
        /// The window changed its size, or the program came back from the background.
        var needsRefresh = false
        var isClosing = false
        /// The thread is over, and the terminal is as it was found.
        var isOver = false
        var isReleased = false
    }

    /// What the thread is to do.
    struct Work: Sendable {
        var texts: [String]
        var needsRefresh: Bool
        var isClosing: Bool
        var isEmpty: Bool { texts.isEmpty && !needsRefresh && !isClosing }
    }

    init?(
        prompt: String,
        historyPath: String?,
        completion: @escaping LineEditor.Completion,
        lines: AsyncStream<String>.Continuation
    ) {
        guard let pipe = WakePipe() else { return nil }
        self.pipe = pipe
        self.prompt = prompt
        self.historyPath = historyPath
        self.completion = completion
        continuation = lines
    }

    /// The descriptor that becomes readable when there is work.
    var wakeDescriptor: Int32 { pipe.reading }

    // MARK: - From any thread

    func printAbove(_ text: String) {
        let isOver = inbox.withLock { inbox in
            if !inbox.isOver { inbox.texts.append(text) }
            return inbox.isOver
        }
        if isOver { Self.writeOut(text + "\n") } else { pipe.wake() }
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
            defer { inbox.texts = [] }
            inbox.isOver = true
            return inbox.texts
        }
        for text in left { Self.writeOut(text + "\n") }
        ended.ring()
    }

    func typed(_ line: String) { continuation.yield(line) }

    /// What there is to do, taken out.
    func takeWork() -> Work {
        pipe.drain()
        return inbox.withLock { inbox in
            defer {
                inbox.texts = []
                inbox.needsRefresh = false
            }
            return Work(texts: inbox.texts, needsRefresh: inbox.needsRefresh, isClosing: inbox.isClosing)
        }
    }

    /// Whether the editor is to end.
    var isClosing: Bool { inbox.withLock { $0.isClosing } }

    /// Writes text to the terminal past libedit.
    static func writeOut(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let base = rest.baseAddress, !rest.isEmpty {
                let count = write(STDOUT_FILENO, base, rest.count)
                if count > 0 { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
                if count < 0, errno != EINTR, errno != EAGAIN { return }
            }
        }
    }
}

/// A pipe that wakes a thread out of `poll`.
final class WakePipe: Sendable {
    let reading: Int32
    private let writing: Int32

    init?() {
        var descriptors: [Int32] = [-1, -1]
        guard pipe(&descriptors) == 0 else { return nil }
        (reading, writing) = (descriptors[0], descriptors[1])
        for descriptor in descriptors {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        Foundation.close(reading)
        Foundation.close(writing)
    }

    func wake() {
        var byte: UInt8 = 0
        // A full pipe wakes as well.
        _ = write(writing, &byte, 1)
    }

    func drain() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(reading, &bytes, bytes.count) > 0 {}
    }
}

/// How the terminal was before the editor changed it, so that every way out of the process can leave it so.
enum SavedTerminal {
    private static let saved = Mutex<termios?>(nil)
    private static let atExit: Void = {
        atexit { SavedTerminal.restore() }
    }()

    /// Remembers how the terminal is, and sees to it that the end of the process brings it back.
    static func save() {
        _ = atExit
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
        saved.withLock { $0 = settings }
    }

    /// Brings it back, once.
    static func restore() {
        saved.withLock { saved in
            guard var settings = saved else { return }
            tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
            saved = nil
        }
    }
}
