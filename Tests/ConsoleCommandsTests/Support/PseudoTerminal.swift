import AcquisitionRPC
import Foundation
import Synchronization
import Testing

@testable import ConsoleCommands

/// A program at a terminal: what a person would see, and the keys that they would press.
final class PseudoTerminal: Sendable {
    private let main: Int32
    private let process: pid_t
    private let output: AsyncStream<[UInt8]>
    private let endings: AsyncStream<Int32>
    private let isRead = Bell()
    private let hasEnded = Flag()
    private let unseen = Mutex<[UInt8]>([])

    /// Ctrl-U, Ctrl-C, Ctrl-D, the arrow up, Tab.
    static let (clear, interrupt, end, up, tab) = ("\u{15}", "\u{03}", "\u{04}", "\u{1B}[A", "\t")

    init(_ name: String, _ arguments: [String], environment: [String: String], columns: UInt16 = 80) throws {
        let terminal: String
        (main, terminal) = try Self.open()
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(main, UInt(TIOCSWINSZ), &size)
        _ = fcntl(main, F_SETFD, FD_CLOEXEC)
        process = try Self.spawn(try Program.url(name).path, arguments, environment, terminal)

        let (output, chunks) = AsyncStream.makeStream(of: [UInt8].self)
        self.output = output
        let (main, isRead) = (main, isRead)
        Worker.start("terminal") {
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(main, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                chunks.yield(Array(buffer[..<count]))
            }
            chunks.finish()
            isRead.ring()
        }
        let (endings, ending) = AsyncStream.makeStream(of: Int32.self)
        self.endings = endings
        let (process, hasEnded) = (process, hasEnded)
        Worker.start("wait") {
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            hasEnded.set()
            ending.yield(status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F))
            ending.finish()
        }
    }

    deinit {
        // Only once nobody reads from it may the descriptor be given to somebody else.
        if !hasEnded.isSet { kill(process, SIGKILL) }
        isRead.wait(within: .seconds(1))
        close(main)
    }

    /// Both ends of a new terminal: a descriptor and a path.
    private static func open() throws -> (main: Int32, terminal: String) {
        #if canImport(Darwin)
            let main = posix_openpt(O_RDWR | O_NOCTTY)
            try #require(main >= 0 && grantpt(main) == 0 && unlockpt(main) == 0)
            return (main, String(cString: try #require(ptsname(main))))
        #else
            // Swift does not see posix_openpt of glibc; this is what it does (ioctl_tty(2): TIOCSPTLCK, TIOCGPTN).
            let main = Foundation.open("/dev/ptmx", O_RDWR | O_NOCTTY)
            var (lock, number): (Int32, UInt32) = (0, 0)
            try #require(main >= 0 && ioctl(main, 0x4004_5431, &lock) == 0 && ioctl(main, 0x8004_5430, &number) == 0)
            return (main, "/dev/pts/\(number)")
        #endif
    }

    /// Starts the program as the leader of a session whose terminal is `terminal`.
    private static func spawn(
        _ path: String,
        _ arguments: [String],
        _ environment: [String: String],
        _ terminal: String
    ) throws -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
            // POSIX_SPAWN_SETSID, POSIX_SPAWN_CLOEXEC_DEFAULT
            let flags: Int16 = 0x0400 | 0x4000
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
            // POSIX_SPAWN_SETSID
            let flags: Int16 = 0x80
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawnattr_setflags(&attributes, flags)
        posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        #if !canImport(Darwin)
            // Foundation takes a process for ended when a socket closes that it leaves open for it: where this program
            // inherited the socket of another test's process, that one would seem to go on for as long as this one.
            for descriptor in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        #endif
        let all = ProcessInfo.processInfo.environment.merging(["TERM": "xterm", "LC_ALL": "C.UTF-8"]) { $1 }
            .merging(environment) { $1 }
        var argv = ([path] + arguments).map { strdup($0) } + [nil]
        var envp = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var process: pid_t = 0
        let status = posix_spawn(&process, path, &actions, &attributes, &argv, &envp)
        try #require(status == 0)
        return process
    }

    /// Presses keys.
    func press(_ keys: String...) {
        for key in keys {
            var rest = Array(key.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(main, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// What appears until `text` has appeared, with it; what comes after it is there for the next call.
    @discardableResult
    func see(_ text: String) async -> String {
        let wanted = Array(text.utf8)
        if let seen = unseen.withLock({ Self.take(wanted, from: &$0) }) { return seen }
        for await chunk in output {
            let seen = unseen.withLock { unseen in
                unseen += chunk
                return Self.take(wanted, from: &unseen)
            }
            if let seen { return seen }
        }
        let rest = unseen.withLock { String(decoding: $0, as: UTF8.self) }
        Issue.record("'\(text)' did not appear in \(rest.debugDescription)")
        return ""
    }

    private static func take(_ wanted: [UInt8], from bytes: inout [UInt8]) -> String? {
        guard let place = bytes.firstRange(of: wanted) else { return nil }
        defer { bytes.removeFirst(place.upperBound) }
        return String(decoding: bytes[..<place.upperBound], as: UTF8.self)
    }

    /// Whether the terminal shows what is typed and gives it line by line, as a shell wants it.
    var isPlain: Bool {
        var settings = termios()
        guard tcgetattr(main, &settings) == 0 else { return false }
        let wanted = tcflag_t(ICANON | ECHO)
        return settings.c_lflag & wanted == wanted
    }

    func terminate() { kill(process, SIGTERM) }

    /// The exit status; negative for the number of a signal that ended the process.
    func status() async -> Int32? { await endings.first { _ in true } }
}

/// Something that happens once.
private final class Flag: Sendable {
    private let value = Mutex(false)
    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
}
