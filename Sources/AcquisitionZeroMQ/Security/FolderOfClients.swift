import Synchronization

/// The folder `clients`. Files that have not changed are not read again.
final class FolderOfClients: ClientSource {
    private let directory: ClientDirectory
    private let above: String
    private let now: @Sendable () -> FileStamp.Time
    private let state = Mutex(State())

    private struct State {
        var contents: ClientDirectory.Contents?
        var folder: FileStamp?
        var readAt: FileStamp.Time?
        var problems: [CertificateError] = []
    }

    init(_ directory: ClientDirectory, above: String, now: @escaping @Sendable () -> FileStamp.Time = { .now }) {
        self.directory = directory
        self.above = above
        self.now = now
    }

    var path: String { directory.path }

    func watch() -> ChangeWatch? { ChangeWatch([above, directory.path]) }

    func read() -> (contents: ClientDirectory.Contents, problems: [CertificateError])? {
        // One thread reads; what is kept between two readings is taken out and put back, so that no lock is held.
        var kept = state.withLock { $0 }
        if isCurrent(kept) { return nil }
        let problems = read(&kept)
        state.withLock { $0 = kept }
        return (kept.contents ?? ClientDirectory.Contents(), problems)
    }

    /// Whether neither the folder nor a file in it has changed. What changed a moment ago may have changed once more.
    private func isCurrent(_ kept: State) -> Bool {
        guard let contents = kept.contents, let readAt = kept.readAt, let folder = kept.folder,
            folder.isSettled(at: readAt), FileStamp(directory.path) == folder
        else { return false }
        return contents.files.allSatisfy { name, file in
            file.stamp.isSettled(at: readAt) && FileStamp("\(directory.path)/\(name)") == file.stamp
        }
    }

    /// Reads everything anew; what is wrong that was not wrong before.
    private func read(_ kept: inout State) -> [CertificateError] {
        // Before the files: what changes while they are read shows at the next look.
        let now = now()
        let folder = FileStamp(directory.path)
        var problems: [CertificateError] = []
        do throws(CertificateError) {
            let contents = try directory.read(reusing: kept.contents?.files ?? [:], readAt: kept.readAt)
            problems = contents.problems
            kept.contents = contents
        } catch {
            // Whom nobody can look up may not come in.
            problems = [error]
            kept.contents = ClientDirectory.Contents()
        }
        kept.folder = folder
        kept.readAt = now
        defer { kept.problems = problems }
        return problems.filter { !kept.problems.contains($0) }
    }
}
