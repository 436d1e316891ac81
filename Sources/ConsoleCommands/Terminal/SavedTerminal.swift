import Foundation
import Synchronization

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

    /// Brings it back, once. Waits for nothing: a terminal that is held takes no output for as long as it is.
    static func restore() {
        saved.withLock { saved in
            guard var settings = saved else { return }
            saved = nil
            // In the background the terminal is somebody else's.
            if !LineEditor.isInBackground { tcsetattr(STDIN_FILENO, TCSANOW, &settings) }
        }
    }
}
