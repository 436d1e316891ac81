import Foundation
import Synchronization

/// A program of this package whose standard streams a test chooses: pipes that nobody reads, a terminal that is held, a
/// device that takes nothing. It runs in a session of its own, with a terminal only where one is given.
///
/// One that is still there when the last reference goes is killed.
public final class StreamProcess: Sendable {
    /// The process's number.
    public let identifier: Int32
    private let ending: AsyncStream<Int32>
    private let hasEnded = Mutex(false)

    /// Where a standard stream leads.
    public enum Stream: Sendable {
        case null
        case path(String)
        case descriptor(Int32)
        case terminal(HeldTerminal)
    }

    /// Starts the tool `name`.
    ///
    /// - Parameter before: commands of the shell that becomes the program, such as `trap '' HUP;` or `exec 1>&-;`.
    public init(
        _ name: String,
        _ arguments: [String],
        input: Stream = .null,
        output: Stream = .null,
        errors: Stream = .null,
        environment: [String: String] = [:],
        before: String = ""
    ) throws {
        let program = ToolProcess.products.appending(path: name).path
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw ToolProcessError("\(program) is not there")
        }
        identifier = try Self.start(
            ["/bin/sh", "-c", before + #" exec "$0" "$@""#, program] + arguments,
            [input, output, errors],
            ProcessInfo.processInfo.environment
                .filter { !$0.key.hasPrefix("ACQUISITION_") }
                .merging(["TERM": "xterm", "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "ACQUISITION_HISTORY": ""]) { $1 }
                .merging(environment) { $1 }
        )
        let (ending, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.ending = ending
        Thread.detachNewThread { [self] in
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) == -1, errno == EINTR {}
            hasEnded.withLock { $0 = true }
            continuation.yield(status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F)
            continuation.finish()
        }
    }

    /// Ends it in any case: it is referred to until it has ended.
    public func killIfNeeded() { if !hasEnded.withLock({ $0 }) { kill(identifier, SIGKILL) } }

    /// Sends a signal.
    public func send(signal: Int32) { _ = kill(identifier, signal) }

    /// The status with which it ends, or 128 and the number of the signal that ended it. Killed, and nil, where it does
    /// not end in time.
    public func status(within limit: Duration = .seconds(20)) async -> Int32? {
        let timer = Task {
            try await Task.sleep(for: limit)
            killIfNeeded()
        }
        defer { timer.cancel() }
        let status = await ending.first { _ in true }
        return status == 128 + SIGKILL ? nil : status
    }

    private static func start(
        _ words: [String],
        _ streams: [Stream],
        _ environment: [String: String]
    ) throws -> Int32 {
        #if canImport(Darwin)
            var (actions, attributes): (posix_spawn_file_actions_t?, posix_spawnattr_t?)
            // POSIX_SPAWN_SETSID, POSIX_SPAWN_CLOEXEC_DEFAULT
            let flags = Int16(0x0400 | 0x4000) | Int16(POSIX_SPAWN_SETSIGMASK)
        #else
            var (actions, attributes) = (posix_spawn_file_actions_t(), posix_spawnattr_t())
            // POSIX_SPAWN_SETSID
            let flags = Int16(0x80) | Int16(POSIX_SPAWN_SETSIGMASK)
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (number, stream) in streams.enumerated() {
            switch stream {
            case .null: posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDWR, 0)
            case .path(let path):
                let mode = O_RDWR | O_CREAT | O_APPEND
                posix_spawn_file_actions_addopen(&actions, Int32(number), path, mode, 0o600)
            case .terminal(let terminal):
                // The first one that the leader of a session opens is its own.
                posix_spawn_file_actions_addopen(&actions, Int32(number), terminal.path, O_RDWR, 0)
            case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
            }
        }
        #if !canImport(Darwin)
            // Nothing that other tests hold is kept open by this process.
            for descriptor in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        #endif
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, flags)
        var argv = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + variables { free(text) } }
        var identifier: pid_t = 0
        let problem = posix_spawn(&identifier, words[0], &actions, &attributes, &argv, &variables)
        guard problem == 0 else { throw ToolProcessError("\(words): \(String(cString: strerror(problem)))") }
        return identifier
    }
}

/// A pipe of which nothing is read unless a test asks for it.
public final class HeldPipe: Sendable {
    /// The end for the program.
    public let program: Int32
    private let reading: Mutex<Int32>
    private let seen = Mutex(Data())

    /// Makes it.
    ///
    /// - Parameter isSmall: whether it is soon full (Linux).
    public init(isSmall: Bool = false) throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ToolProcessError("no pipe: \(String(cString: strerror(errno)))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        #if os(Linux)
            // F_SETPIPE_SZ. A page more than one: whoever asks is told that a pipe of one page is full when it has a byte.
            if isSmall { _ = fcntl(ends[1], 1031, 8192) }
        #endif
        program = ends[1]
        reading = Mutex(ends[0])
    }

    deinit {
        close()
        Foundation.close(program)
    }

    /// Nobody will ever read it.
    public func close() {
        reading.withLock { reading in
            if reading >= 0 { Foundation.close(reading) }
            reading = -1
        }
    }

    /// What comes until `text` has come so many times, with all before it. Blocks its thread; gives up after a time that is
    /// long enough.
    @discardableResult
    public func text(upTo text: String, times: Int = 1, within limit: Duration = .seconds(20)) -> String {
        let deadline = ContinuousClock.now + limit
        let descriptor = reading.withLock { $0 }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var (start, found) = (0, 0)
        while ContinuousClock.now < deadline {
            let wanted = Data(text.utf8)
            seen.withLock { seen in
                while let range = seen.range(of: wanted, in: start..<seen.count) {
                    found += 1
                    start = range.upperBound
                }
                start = max(start, seen.count - wanted.count)
            }
            if found >= times || wanted.isEmpty { break }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 100) > 0 else { continue }
            let length = read(descriptor, &buffer, buffer.count)
            guard length > 0 else { break }
            seen.withLock { $0 += buffer[..<length] }
        }
        return seen.withLock { String(decoding: $0, as: UTF8.self) }
    }
}
