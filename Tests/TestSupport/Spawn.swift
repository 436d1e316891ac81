import Foundation
import Synchronization

/// A child process with three pipes.
///
/// Not Foundation's `Process`: on Linux its end, and the end of what it prints, sometimes go unnoticed when several
/// processes are started at once, since each inherits what the others are watched by.
struct Spawn: Sendable {
    let identifier: Int32
    let input: FileHandle
    let output: FileHandle
    let errors: FileHandle

    /// One process at a time is started: another one would inherit the pipes of this one, and keep them open.
    private static let spawning = Mutex(())

    init(_ path: String, _ arguments: [String], environment: [String: String], folder: String) throws {
        // Writing to a process that has ended is an error and not the end of the tests.
        signal(SIGPIPE, SIG_IGN)
        self = try Self.spawning.withLock { _ in
            let (input, output, errors) = (try Ends(), try Ends(), try Ends())
            defer { for end in [input.read, output.write, errors.write] { close(end) } }
            let identifier = try Self.start(
                path,
                arguments,
                environment,
                folder,
                standard: [input.read, output.write, errors.write]
            )
            return Spawn(
                identifier: identifier,
                input: FileHandle(fileDescriptor: input.write, closeOnDealloc: true),
                output: FileHandle(fileDescriptor: output.read, closeOnDealloc: true),
                errors: FileHandle(fileDescriptor: errors.read, closeOnDealloc: true)
            )
        }
    }

    private init(identifier: Int32, input: FileHandle, output: FileHandle, errors: FileHandle) {
        self.identifier = identifier
        self.input = input
        self.output = output
        self.errors = errors
    }

    /// Waits for the end; the status, or 128 and the signal's number where a signal ended it. Blocks; once.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) == -1, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    private static func start(
        _ path: String,
        _ arguments: [String],
        _ environment: [String: String],
        _ folder: String,
        standard: [Int32]
    ) throws -> Int32 {
        #if canImport(Darwin)
            var (actions, attributes): (posix_spawn_file_actions_t?, posix_spawnattr_t?)
        #else
            var (actions, attributes) = (posix_spawn_file_actions_t(), posix_spawnattr_t())
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (number, end) in standard.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, end, Int32(number))
        }
        keepDescriptors()
        // A process inherits what its parent's thread blocks. The threads of the pool block nearly every signal, so
        // that a program which does not see to this itself could not be ended by SIGTERM.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        // The shell changes the folder and becomes the program.
        let command = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, path] + arguments
        var words = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var identifier: pid_t = 0
        let problem = posix_spawn(&identifier, command[0], &actions, &attributes, &words, &variables)
        guard problem == 0 else { throw ToolProcessError("\(path): \(String(cString: strerror(problem)))") }
        return identifier
    }

    /// Lets no process inherit what this one holds, such as what Foundation has left open: one with a low limit would
    /// have no descriptor left.
    private static func keepDescriptors() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd")) ?? [] {
            guard let descriptor = Int32(name), descriptor > 2 else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    /// A pipe of which a process that is started inherits nothing.
    private struct Ends {
        let read: Int32
        let write: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { throw ToolProcessError("no pipe: \(String(cString: strerror(errno)))") }
            (read, write) = (ends[0], ends[1])
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }
    }
}
