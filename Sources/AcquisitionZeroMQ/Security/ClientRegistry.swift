import AcquisitionRPC
import Logging
import Synchronization
import ZeroMQ

/// Knows, at each moment, who may reach the service: what the folder `clients` says now.
///
/// Two looks at the file system tell whether anything has changed; only then is it read.
final class ClientRegistry: Sendable {
    private let directory: ClientDirectory
    private let logger: Logger
    private let now: @Sendable () -> FileStamp.Time
    private let state = Mutex(State())

    private struct State {
        var contents = ClientDirectory.Contents()
        var folder: FileStamp?
        /// When the folder was read; nil before.
        var readAt: FileStamp.Time?
        var toldProblems: [CertificateError] = []
        var reads = 0
    }

    init(_ folder: KeyFolder, logger: Logger, now: @escaping @Sendable () -> FileStamp.Time = { .now }) {
        directory = ClientDirectory(folder.clientsPath)
        self.logger = logger
        self.now = now
    }

    /// How often the folder was read; for tests.
    var reads: Int { state.withLock { $0.reads } }

    /// Who has this key; nil for nobody who may come in.
    func client(_ key: CurveKey) -> AuthorizedClient? {
        state.withLock { state in
            if !isCurrent(state, for: key) { read(&state) }
            return state.contents.clients[key]
        }
    }

    /// How many may come in.
    var count: Int {
        state.withLock { state in
            read(&state)
            return state.contents.clients.count
        }
    }

    /// Whether nothing has changed that matters for the key. For a key that is not known, everything matters.
    private func isCurrent(_ state: State, for key: CurveKey) -> Bool {
        guard
            let readAt = state.readAt, let name = state.contents.names[key], let file = state.contents.files[name],
            let folder = state.folder, folder.isSettled(at: readAt), file.stamp.isSettled(at: readAt)
        else { return false }
        return FileStamp(directory.path) == folder && FileStamp("\(directory.path)/\(name)") == file.stamp
    }

    private func read(_ state: inout State) {
        // Before the files: what changes while they are read shows at the next look.
        let now = now()
        let folder = FileStamp(directory.path)
        do throws(CertificateError) {
            state.contents = try directory.read(reusing: state.contents.files, readAt: state.readAt)
            tell(state.contents.problems, &state)
        } catch {
            // Whom nobody can look up may not come in.
            state.contents = ClientDirectory.Contents()
            tell([error], &state)
        }
        state.reads += 1
        state.folder = folder
        state.readAt = now
    }

    private func tell(_ problems: [CertificateError], _ state: inout State) {
        guard problems != state.toldProblems else { return }
        for problem in problems where !state.toldProblems.contains(problem) {
            logger.warning("A key is not used as it is", metadata: ["reason": "\(problem)"])
        }
        state.toldProblems = problems
    }
}
