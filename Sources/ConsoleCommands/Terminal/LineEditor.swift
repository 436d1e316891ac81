import AcquisitionRPC
import CEditline
import Dispatch
import Foundation
import Synchronization

/// A prompt on the terminal with editing, history and completion, above which other lines can be shown while somebody
/// types.
///
/// ```swift
/// guard let editor = LineEditor(prompt: "> ", historyPath: HistoryFile.path(for: "tool")) else { return }
/// editor.printAbove("something happened")
/// for await line in editor.lines { print(line) }   // ends with Ctrl-D, or with close()
/// editor.close()
/// ```
///
/// Ctrl-C arrives as SIGINT; the program passes it on with ``interrupt()``. libedit keeps everything in global variables, so that a process
/// has one editor at a time; all of libedit is called on the editor's own thread.
final class LineEditor: Sendable {
    /// What can be completed: gets the line before the word and the word as it was begun, returns whole words. Those
    /// that do not begin like the word are left out.
    typealias Completion = @Sendable (_ before: String, _ word: String) -> [String]

    /// What keys do that are the program's own. Called on the editor's thread.
    struct Keys: Sendable {
        /// Ctrl-C on an empty line; whether something was typed since the last one. On any other line it clears it.
        var interrupt: @Sendable (_ hasTyped: Bool) -> Void = { _ in }
        /// Ctrl-X twice, on any line; nil for no such key.
        var emergencyStop: (@Sendable () -> Void)?
    }

    /// The lines as they are typed, without their ends. It finishes with Ctrl-D and with ``close()``.
    let lines: AsyncStream<String>

    private let session: EditorSession
    private static let isInUse = Mutex(false)

    /// Whether a person sits at standard input and standard output, and this process may read from the terminal: it
    /// may not in the background.
    static var isPossible: Bool {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return false }
        return !isInBackground
    }

    /// Whether the system would halt this process if it read from the terminal.
    static var isInBackground: Bool {
        guard isatty(STDIN_FILENO) == 1 else { return false }
        // Without a terminal of its own, a process has no background.
        let group = tcgetpgrp(STDIN_FILENO)
        return group != -1 && group != getpgrp()
    }

    /// Shows the prompt; nil where the process has an editor already, or no terminal.
    ///
    /// - Parameter historyPath: the file that keeps the typed lines; nil for none.
    init?(
        prompt: String,
        historyPath: String? = nil,
        keys: Keys = Keys(),
        completion: @escaping Completion = { _, _ in [] }
    ) {
        let isFree = Self.isInUse.withLock { isInUse in
            defer { isInUse = true }
            return !isInUse
        }
        guard isFree else { return nil }
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        guard
            let session = EditorSession(
                prompt: prompt,
                historyPath: historyPath,
                completion: completion,
                keys: keys,
                lines: continuation
            )
        else {
            Self.isInUse.withLock { $0 = false }
            return nil
        }
        self.session = session
        guard Worker.start("line-editor", { session.run() }) else {
            Self.isInUse.withLock { $0 = false }
            return nil
        }
    }

    deinit { close() }

    /// Shows `text` above the prompt, as one line or several; the line that is being typed survives. Once the editor
    /// is closed, it goes to standard output as it is.
    func printAbove(_ text: String) { session.printAbove(text) }

    /// Ctrl-C was pressed, as SIGINT tells; false where the editor cannot take it.
    func interrupt() -> Bool { session.interrupt() }

    /// Whether ``lines`` finished since the terminal is gone.
    var isHungUp: Bool { session.isHungUp }

    /// Ends the editor and leaves the terminal as it was found. Calling it again does nothing.
    func close() {
        if session.close() { Self.isInUse.withLock { $0 = false } }
    }
}
