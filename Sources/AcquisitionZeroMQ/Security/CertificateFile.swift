import AcquisitionModel

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Files and folders of certificates, with the rules that keep strangers out.
enum CertificateFile {
    static let publicMode: mode_t = 0o644
    static let secretMode: mode_t = 0o600
    static let folderMode: mode_t = 0o700

    /// Reads a file. A secret one must be readable by its owner alone; no one may be a link.
    static func read(_ path: String, isSecret: Bool) throws(CertificateError) -> Certificate {
        // O_NONBLOCK: a named pipe in the file's place must not hold the program up.
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CertificateError(.noLink, "\(path) is no plain file", path: path)
        }
        try checkOwner(status, path)
        if isSecret, status.st_mode & 0o077 != 0 {
            throw CertificateError(
                .secret,
                "\(path) holds a secret key that others can read; make new keys, or, where nobody "
                    + "has read it: \(ShellText.command(["chmod", "600", path]))",
                path: path
            )
        }
        do throws(CertificateError) {
            return try Certificate(zpl: contents(descriptor, path))
        } catch {
            throw error.path == nil ? error.at(path) : error
        }
    }

    private static func contents(_ descriptor: Int32, _ path: String) throws(CertificateError) -> [UInt8] {
        // One more than there may be, so that too much is noticed.
        var bytes = [UInt8](repeating: 0, count: ZPLDocument.mostBytes + 1)
        var count = 0
        while count < bytes.count {
            let taken = bytes.withUnsafeMutableBytes { buffer in
                #if canImport(Darwin)
                    Darwin.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
                #elseif canImport(Musl)
                    Musl.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
                #else
                    Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
                #endif
            }
            if taken == 0 { break }
            if taken < 0 {
                if errno == EINTR { continue }
                throw failure("read", path)
            }
            count += taken
        }
        return Array(bytes[..<count])
    }

    /// Writes a file that is not there yet.
    static func create(_ path: String, _ certificate: Certificate) throws(CertificateError) {
        let bytes = try certificate.zpl
        let mode = certificate.secretKey == nil ? publicMode : secretMode
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            if errno == EEXIST {
                throw CertificateError(.new, "\(path) is there already, and is not written over", path: path)
            }
            throw failure("write", path)
        }
        defer { close(descriptor) }
        // The process's mask may have taken more away, and never gives more.
        guard fchmod(descriptor, mode) == 0, write(bytes, to: descriptor), fsync(descriptor) == 0 else {
            let error = failure("write", path)
            unlink(path)
            throw error
        }
    }

    /// Puts a file in another's place, all at once.
    static func replace(_ path: String, _ certificate: Certificate) throws(CertificateError) {
        let new = "\(path).new-\(getpid())"
        try create(new, certificate)
        guard rename(new, path) == 0 else {
            let error = failure("write", path)
            unlink(new)
            throw error
        }
    }

    static func remove(_ path: String) throws(CertificateError) {
        guard unlink(path) == 0 else { throw failure("remove", path) }
    }

    /// Whether something is there, be it a link to nowhere.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 || errno != ENOENT
    }

    /// Makes a folder for its owner alone, unless it is there; what is missing above it too.
    static func makeFolder(_ path: String) throws(CertificateError) {
        if exists(path) { return try checkFolder(path) }
        if let parent = parent(of: path), !exists(parent) { try makeFolder(parent) }
        guard mkdir(path, folderMode) == 0 else { throw failure("make", path) }
    }

    /// Refuses a folder in which others could put certificates.
    static func checkFolder(_ path: String) throws(CertificateError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw failure("read", path) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw CertificateError(
                .noLink,
                "\(path) is no folder, or a link to one; name the folder itself",
                path: path
            )
        }
        try checkOwner(status, path)
    }

    /// Only the owner may change it, and the owner is this user or root.
    private static func checkOwner(_ status: stat, _ path: String) throws(CertificateError) {
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw CertificateError(.owner, "\(path) belongs to another user; it must be yours or root's", path: path)
        }
        guard status.st_mode & 0o022 == 0 else {
            throw CertificateError(
                .unchangeable,
                "\(path) can be changed by others; where nobody has done so: "
                    + ShellText.command(["chmod", "go-w", path]),
                path: path
            )
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { buffer in
                #if canImport(Darwin)
                    Darwin.write(descriptor, buffer.baseAddress, buffer.count)
                #elseif canImport(Musl)
                    Musl.write(descriptor, buffer.baseAddress, buffer.count)
                #else
                    Glibc.write(descriptor, buffer.baseAddress, buffer.count)
                #endif
            }
            if count < 0, errno != EINTR { return false }
            rest = rest.dropFirst(max(0, count))
        }
        return true
    }

    private static func parent(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
        return String(path[..<slash])
    }

    /// What the system just said.
    private static func failure(_ verb: String, _ path: String) -> CertificateError {
        switch errno {
        case ENOENT: CertificateError(.found, "\(path) is not there", path: path)
        case ELOOP: CertificateError(.noLink, "\(path) is a link; name the file itself", path: path)
        case let number:
            CertificateError(
                [ENOSPC, EDQUOT, EFBIG, EIO].contains(number) && verb == "write" ? .written : .system,
                "Cannot \(verb) \(path): \(String(cString: strerror(number)))",
                path: path
            )
        }
    }
}
