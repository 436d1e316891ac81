import Foundation
import Synchronization

/// A pseudo-terminal of which nothing is read unless a test asks for it, as when nobody looks, and whose output can be
/// held as Ctrl-S does.
public final class HeldTerminal: Sendable {
    /// The end at which a program writes, held open by the test.
    public let program: Int32
    /// What a program opens.
    public let path: String
    private let main: Mutex<Int32>

    /// Both ends of a new terminal.
    public init() throws {
        #if canImport(Darwin)
            let main = posix_openpt(O_RDWR | O_NOCTTY)
            guard main >= 0, grantpt(main) == 0, unlockpt(main) == 0, let name = ptsname(main) else {
                throw ToolProcessError("no terminal: \(String(cString: strerror(errno)))")
            }
            path = String(cString: name)
        #else
            // Swift does not see posix_openpt of glibc; this is what it does (ioctl_tty(2): TIOCSPTLCK, TIOCGPTN).
            let main = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            var (lock, number): (Int32, UInt32) = (0, 0)
            guard main >= 0, ioctl(main, 0x4004_5431, &lock) == 0, ioctl(main, 0x8004_5430, &number) == 0 else {
                throw ToolProcessError("no terminal: \(String(cString: strerror(errno)))")
            }
            path = "/dev/pts/\(number)"
        #endif
        program = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        _ = fcntl(main, F_SETFD, FD_CLOEXEC)
        self.main = Mutex(main)
    }

    deinit {
        hangUp()
        close(program)
    }

    /// Stops what is shown, as Ctrl-S does.
    public func hold() { tcflow(program, TCOOFF) }

    /// Lets it go on, as Ctrl-Q does.
    public func release() { tcflow(program, TCOON) }

    /// Closes the terminal, as a window that is closed does.
    public func hangUp() {
        main.withLock { main in
            if main >= 0 { close(main) }
            main = -1
        }
    }

    /// Presses keys.
    public func press(_ keys: String) {
        let bytes = Array(keys.utf8)
        _ = write(main.withLock { $0 }, bytes, bytes.count)
    }

    /// What appears until `text` has, with it. Blocks its thread; gives up after a time that is long enough.
    public func text(upTo text: String, within limit: Duration = .seconds(20)) -> String {
        let deadline = ContinuousClock.now + limit
        let descriptor = main.withLock { $0 }
        var seen: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while ContinuousClock.now < deadline {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 100) > 0 else { continue }
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            seen += buffer[..<count]
            if String(decoding: seen, as: UTF8.self).contains(text) { break }
        }
        return String(decoding: seen, as: UTF8.self)
    }
}
