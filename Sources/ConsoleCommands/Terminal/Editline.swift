@preconcurrency import CEditline
import Foundation

/// libedit's readline interface, with one editor's session.
///
/// libedit's state is global, and so is this: everything here runs on the one thread of the one ``LineEditor`` of the
/// process, which its `init` sees to. That is why the variables may be `nonisolated(unsafe)`.
///
/// Output of others is brought above the prompt by a key of its own: libedit tells its functions, and nobody else,
/// where in the line the cursor stands. When there is something to show, ``readKey()`` pretends that the key was
/// pressed.
enum Editline {
    private nonisolated(unsafe) static var session: EditorSession?
    private nonisolated(unsafe) static var pending: [[UInt8]] = []
    private nonisolated(unsafe) static var interrupts = 0
    /// Keys that nobody pressed, for libedit to read next.
    private nonisolated(unsafe) static var keysDue: [Int32] = []
    private nonisolated(unsafe) static var hasTyped = false
    /// Whether the key before was the first of the two for an emergency stop.
    private nonisolated(unsafe) static var isArmed = false
    private nonisolated(unsafe) static var line: Line = .none
    private nonisolated(unsafe) static var isInitialized = false
    private nonisolated(unsafe) static var lastLine = ""
    /// Whether libedit keeps characters beyond ASCII.
    private nonisolated(unsafe) static var takesUnicode = true

    private enum Line {
        case none
        case typed(String)
        case end
    }

    /// Ctrl-], which libedit leaves free.
    private static let ownKey: Int32 = 0x1D
    /// Ctrl-^, which clears the line here.
    private static let clearKey: Int32 = 0x1E
    /// Ctrl-G, which leaves a search and means nothing else.
    private static let abortKey: Int32 = 0x07
    /// Ctrl-X, twice for an emergency stop.
    private static let emergencyKey: Int32 = 0x18
    private static let mostHistory: Int32 = 1000

    /// Edits lines until the end of the input, or until the session is closed.
    static func run(_ session: EditorSession) {
        self.session = session
        defer { self.session = nil }
        SavedTerminal.save()
        prepare(session)
        (keysDue, interrupts, hasTyped, isArmed) = ([], 0, false, false)
        show(prompt: session)
        var raw = termios()
        tcgetattr(STDIN_FILENO, &raw)
        while !session.isClosing {
            if keysDue.isEmpty {
                guard wait(for: session) else { break }
                let work = session.takeWork()
                pending += work.texts
                interrupts += work.interrupts
                if work.isClosing { break }
                if work.needsRefresh {
                    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
                    rl_resize_terminal()
                }
                if !pending.isEmpty || interrupts > 0 || work.needsRefresh { keysDue.append(ownKey) }
            }
            guard !keysDue.isEmpty || isReadable(STDIN_FILENO) else { continue }
            line = .none
            rl_callback_read_char()
            switch line {
            case .none:
                continue
            case .typed(let text):
                keep(text, in: session)
                session.typed(text)
                show(prompt: session)
                continue
            case .end:
                break
            }
            break
        }
        rl_callback_handler_remove()
        rl_deprep_terminal()
        SavedTerminal.restore()
        EditorSession.writeOut([UInt8(ascii: "\n")])
        for text in pending { EditorSession.writeOut(text) }
        pending = []
    }

    // MARK: - Setting up

    private static func prepare(_ session: EditorSession) {
        if !isInitialized {
            takesUnicode = useUnicode()
            rl_readline_name = UnsafePointer(strdup("acquisition-rpc"))
            rl_catch_signals = 0
            rl_getc_function = { _ in Editline.readKey() }
            rl_initialize()
            using_history()
            stifle_history(mostHistory)
            _ = rl_add_defun("acquisition-show", { _, _ in Editline.showPending() }, ownKey)
            _ = rl_parse_and_bind("bind ^^ em-kill-line")
            rl_completer_word_break_characters = strdup(" \t")
            rl_attempted_completion_function = { text, start, _ in Editline.complete(text, start) }
            isInitialized = true
        }
        clear_history()
        lastLine = ""
        guard let path = session.historyPath else { return }
        _ = read_history(path)
    }

    /// libedit drops, without a word, what the locale's encoding does not have. A terminal that sends UTF-8 while the
    /// locale says C is common (LC_ALL=C, no locale over ssh): only the encoding is taken from elsewhere then.
    private static func useUnicode() -> Bool {
        ["", "C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8"].contains { name in
            var character: wchar_t = 0
            return setlocale(LC_CTYPE, name) != nil && mbtowc(&character, "ö", 2) == 2 && character == 0xF6
        }
    }

    private static func show(prompt session: EditorSession) {
        rl_callback_handler_install(session.prompt) { text in
            guard let text else {
                Editline.line = .end
                return
            }
            Editline.line = .typed(String(cString: text))
            free(text)
        }
    }

    private static func keep(_ text: String, in session: EditorSession) {
        guard text.contains(where: { !$0.isWhitespace }), text != lastLine else { return }
        lastLine = text
        add_history(text)
        guard let path = session.historyPath else { return }
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty {
            try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        // What is typed is nobody else's business.
        let mask = umask(0o077)
        _ = write_history(path)
        umask(mask)
    }

    // MARK: - Reading

    /// Waits for a key or for work; false where the terminal is gone.
    private static func wait(for session: EditorSession) -> Bool {
        var descriptors = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: session.wakeDescriptor, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&descriptors, 2, -1) < 0 {
            guard errno == EINTR else { return false }
        }
        let gone = Int16(POLLHUP) | Int16(POLLERR) | Int16(POLLNVAL)
        if descriptors[0].revents & gone == 0 { return true }
        session.hangUp()
        return false
    }

    private static func isReadable(_ descriptor: Int32) -> Bool {
        var descriptor = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) > 0
    }

    /// The next character for libedit; -1 at the end. Called with nothing to read only in the middle of a sequence of
    /// keys, such as after a lone Escape: then work is done while it waits.
    private static func readKey() -> Int32 {
        if !keysDue.isEmpty { return keysDue.removeFirst() }
        guard let session else { return -1 }
        while !isReadable(STDIN_FILENO) {
            guard wait(for: session) else { return -1 }
            if session.isClosing { return -1 }
            if isReadable(STDIN_FILENO) { break }
            let work = session.takeWork()
            pending += work.texts
            interrupts += work.interrupts
            if work.isClosing { return -1 }
            if interrupts > 0 {
                // First out of the sequence: only between keys it is known what is typed.
                keysDue.append(ownKey)
                return abortKey
            }
            _ = showPending()
        }
        guard let key = readCharacter() else {
            session.hangUp()
            return -1
        }
        hasTyped = true
        return withoutEmergencyKey(key, session)
    }

    /// The key, unless it is one of the two for an emergency stop, which libedit does not get to see.
    private static func withoutEmergencyKey(_ key: Int32, _ session: EditorSession) -> Int32 {
        guard let stop = session.keys.emergencyStop else { return key }
        if key == emergencyKey {
            isArmed.toggle()
            if !isArmed { stop() }
            return ownKey
        }
        guard isArmed else { return key }
        isArmed = false
        keysDue.append(key)
        return emergencyKey
    }

    private static func readCharacter() -> Int32? {
        guard let first = readByte() else { return nil }
        let following = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0
        guard following > 0 else { return Int32(first) }
        var bytes = [first]
        for _ in 0..<following {
            guard let byte = readByte() else { return nil }
            bytes.append(byte)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard takesUnicode else {
            pending.append(Array("'\(text)' is not taken: this system has no UTF-8 locale\n".utf8))
            return ownKey
        }
        return text.unicodeScalars.first.map { Int32($0.value) } ?? Int32(first)
    }

    private static func readByte() -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count == 1 { return byte }
            guard count < 0, errno == EINTR else { return nil }
        }
    }

    // MARK: - Showing

    /// Takes the prompt away, shows what is pending, and draws the prompt and the half-typed line anew.
    private static func showPending() -> Int32 {
        guard let session else { return 0 }
        for _ in 0..<interrupts {
            if rl_end > 0 {
                keysDue.append(clearKey)
            } else {
                session.keys.interrupt(hasTyped)
            }
            hasTyped = rl_end > 0
        }
        interrupts = 0
        var (lines, columns): (Int32, Int32) = (0, 0)
        rl_get_screen_size(&lines, &columns)
        let before = rl_line_buffer.map { buffer in
            String(decoding: UnsafeRawBufferPointer(start: buffer, count: Int(max(0, rl_point))), as: UTF8.self)
        }
        let rows = columns > 0 ? (session.prompt.count + (before?.count ?? 0)) / Int(columns) : 0
        let start = "\r" + (rows > 0 ? "\u{1B}[\(rows)A" : "") + "\u{1B}[J"
        EditorSession.writeOut(Array(start.utf8) + pending.flatMap { $0 })
        pending = []
        rl_forced_update_display()
        return 0
    }

    /// The words that `text` may become, as libedit wants them: the beginning that they share, then all of them.
    private static func complete(
        _ text: UnsafePointer<CChar>?,
        _ start: Int32
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
        rl_attempted_completion_over = 1
        guard let session, let text, let buffer = rl_line_buffer else { return nil }
        let word = String(cString: text)
        let before = String(
            decoding: UnsafeRawBufferPointer(start: buffer, count: Int(max(0, start))),
            as: UTF8.self
        )
        let found = session.completion(before, word).filter { $0.lowercased().hasPrefix(word.lowercased()) }
        guard let first = found.first else { return nil }
        let shared = found.dropFirst().reduce(first) { $0.commonPrefix(with: $1, options: .caseInsensitive) }
        let all = [shared] + found
        // libedit frees the list and the words with free().
        let size = (all.count + 1) * MemoryLayout<UnsafeMutablePointer<CChar>?>.stride
        guard let list = malloc(size)?.assumingMemoryBound(to: UnsafeMutablePointer<CChar>?.self) else { return nil }
        for (index, word) in all.enumerated() { list[index] = strdup(word) }
        list[all.count] = nil
        return list
    }
}
