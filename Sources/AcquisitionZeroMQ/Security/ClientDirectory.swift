import AcquisitionRPC
import ZeroMQ

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The folder `clients`, read file by file.
struct ClientDirectory: Sendable {
    let path: String

    /// More files than this are not read.
    private static let mostFiles = 10_000

    init(_ path: String) { self.path = path }

    /// What a file said, for as long as it does not change.
    struct File: Sendable {
        var stamp: FileStamp
        var client: Result<(key: CurveKey, client: AuthorizedClient), CertificateError>
    }

    /// Everybody, the files they come from, and what is not used.
    struct Contents: Sendable {
        var files: [String: File] = [:]
        var clients: [CurveKey: AuthorizedClient] = [:]
        /// The file of each key.
        var names: [CurveKey: String] = [:]
        var problems: [CertificateError] = []
    }

    /// Reads the folder; files that have not changed since they became `known` at a time are not read again. A folder that is not there is
    /// empty.
    func read(reusing known: [String: File], readAt now: FileStamp.Time? = nil) throws(CertificateError) -> Contents {
        var contents = Contents()
        guard CertificateFile.exists(path) else { return contents }
        try CertificateFile.checkFolder(path)
        for name in try names().sorted() {
            guard let stamp = FileStamp("\(path)/\(name)") else { continue }
            let file: File
            if let same = known[name], same.stamp == stamp, let now, stamp.isSettled(at: now) {
                file = same
            } else {
                file = File(stamp: stamp, client: client(name))
            }
            contents.files[name] = file
            switch file.client {
            case .success(let (key, client)): add(client, key, from: name, to: &contents)
            case .failure(let error): contents.problems.append(error)
            }
        }
        return contents
    }

    /// Of two files with one key the lesser role counts.
    private func add(_ client: AuthorizedClient, _ key: CurveKey, from name: String, to contents: inout Contents) {
        if let other = contents.clients[key] {
            let text = "has the same key as \(other.user); the lesser role counts"
            contents.problems.append(CertificateError(.keys, "\(path)/\(name) \(text)", path: "\(path)/\(name)"))
            guard client.role < other.role else { return }
        }
        contents.clients[key] = client
        contents.names[key] = name
    }

    private func client(_ name: String) -> Result<(key: CurveKey, client: AuthorizedClient), CertificateError> {
        do throws(CertificateError) {
            let certificate = try CertificateFile.read("\(path)/\(name)", isSecret: false)
            let user = certificate.metadata["user"] ?? String(name.dropLast(".key".count))
            do throws(CertificateError) {
                try KeyFolder.check(user)
                let client = AuthorizedClient(
                    user: user,
                    role: try certificate.role,
                    key: certificate.publicKey.z85
                )
                return .success((certificate.publicKey, client))
            } catch {
                throw error.at("\(path)/\(name)")
            }
        } catch {
            return .failure(error)
        }
    }

    /// The files that end in `.key`.
    private func names() throws(CertificateError) -> [String] {
        guard let directory = opendir(path) else {
            throw CertificateError(.system, "Cannot read \(path): \(String(cString: strerror(errno)))", path: path)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasSuffix(".key"), !name.hasPrefix(".") else { continue }
            guard names.count < Self.mostFiles else {
                throw CertificateError(.size, "\(path) holds more than \(Self.mostFiles) keys", path: path)
            }
            names.append(name)
        }
        return names
    }
}

/// What changes when a file or a folder changes.
struct FileStamp: Sendable, Hashable {
    /// Seconds and nanoseconds since 1970.
    struct Time: Sendable, Hashable {
        var seconds: Int
        var nanoseconds: Int

        static var now: Time {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Time(time)
        }

        init(_ time: timespec) {
            seconds = time.tv_sec
            nanoseconds = time.tv_nsec
        }
    }

    private let inode: UInt64
    private let size: Int64
    private let modified: Time
    private let changed: Time

    /// The stamp of what is there now; nil where nothing is.
    init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        #if canImport(Darwin)
            modified = Time(status.st_mtimespec)
            changed = Time(status.st_ctimespec)
        #else
            modified = Time(status.st_mtim)
            changed = Time(status.st_ctim)
        #endif
    }

    /// Whether a change after `time` would certainly show: file systems count time in steps, of up to 2 s.
    func isSettled(at time: Time) -> Bool { time.seconds - changed.seconds > 2 }
}
