#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An audit file that is open to be appended to, by this process only.
struct AuditFile: ~Copyable, Sendable {
    private let descriptor: Int32
    /// How large the file has to be: others may only add to it.
    private var size: Int

    /// Opens and locks the file; makes it where there is none.
    init(appendingTo path: String) throws(RpcServiceError) {
        // Not waiting for the other end of a named pipe.
        let flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else {
            let reason = errno == ELOOP ? "it is a symbolic link" : Self.words(errno)
            throw .cannotAudit(path, "cannot be opened: \(reason)", errno)
        }
        do throws(RpcServiceError) {
            try Self.lock(descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        var information = stat()
        size = fstat(descriptor, &information) == 0 ? Int(information.st_size) : 0
    }

    private static func lock(_ descriptor: Int32, _ path: String) throws(RpcServiceError) {
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            throw .cannotAudit(path, "is no regular file")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isTaken = errno == EWOULDBLOCK
            let reason = isTaken ? "is being written by another service" : "cannot be locked: \(words(errno))"
            throw .cannotAudit(path, reason, errno)
        }
    }

    deinit { close(descriptor) }

    /// Writes as much of `bytes` as can be written.
    ///
    /// - Returns: how much that was, and the system's error number where it was not all.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> (written: Int, problem: Int32?) {
        var written = 0
        defer { size += written }
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = write(descriptor, rest.baseAddress, rest.count)
            if count > 0 {
                written += count
            } else if count == 0 {
                return (written, ENOSPC)
            } else if errno != EINTR {
                return (written, errno)
            }
        }
        return (written, nil)
    }

    /// Waits until what was written is on the disk; the system's error number where that fails.
    func sync() -> Int32? {
        while fsync(descriptor) != 0 {
            switch errno {
            case EINTR: continue
            // A file system that has nothing to wait for.
            case EINVAL, EROFS, ENOTSUP: return nil
            default: return errno
            }
        }
        return nil
    }

    /// The file's last bytes, at most `limit`, and whether these are all.
    func tail(atMost limit: Int) throws(AuditReadError) -> (bytes: [UInt8], isAll: Bool) {
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size >= 0 else { throw AuditReadError(number: errno) }
        let start = max(0, size - limit)
        var bytes = [UInt8](repeating: 0, count: size - start)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                return pread(descriptor, rest.baseAddress, rest.count, off_t(start + count))
            }
            if got > 0 {
                count += got
            } else if got == 0 || errno != EINTR {
                throw AuditReadError(number: got == 0 ? EIO : errno)
            }
        }
        return (bytes, start == 0)
    }

    /// What has become of the file at `path` that this was; nil where it is there as it was left, or nobody can tell.
    func displacement(from path: String) -> AuditDisplacement? {
        var (mine, there) = (stat(), stat())
        guard fstat(descriptor, &mine) == 0 else { return nil }
        guard lstat(path, &there) == 0 else {
            guard [ENOENT, ENOTDIR, ELOOP].contains(errno) else { return nil }
            return mine.st_nlink > 0 ? .renamed : .removed
        }
        guard there.st_ino == mine.st_ino, there.st_dev == mine.st_dev else {
            return mine.st_nlink > 0 ? .renamedAndReplaced : .replaced
        }
        return Int(mine.st_size) < size ? .cut : nil
    }

    /// Takes `bytes` off the end of the file, where it ends with them: what was written into a file that had just been cut
    /// would stand there without a beginning.
    mutating func takeBack(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty, let end = try? tail(atMost: bytes.count).bytes, end.elementsEqual(bytes) else { return }
        let now = Int(lseek(descriptor, 0, SEEK_END))
        if ftruncate(descriptor, off_t(now - bytes.count)) == 0 { size = now - bytes.count }
    }

    /// What the system calls an error.
    static func words(_ number: Int32) -> String { String(cString: strerror(number)) }
}

/// What can become of an audit file that is being written.
enum AuditDisplacement: String, Sendable, Hashable {
    /// It has no name any more; what it held is gone.
    case removed
    /// It has another name.
    case renamed
    /// Another file has its name, and what it held is gone.
    case replaced
    /// It has another name, and another file has its own.
    case renamedAndReplaced
    /// It is shorter than what was written into it.
    case cut

    /// Whether the old file is still somewhere, with everything that was written into it.
    var isKept: Bool { self == .renamed || self == .renamedAndReplaced }
}

/// A file that cannot be read.
package struct AuditReadError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The system's error number.
    package let number: Int32

    /// The system's words.
    package var description: String { AuditFile.words(number) }
}

extension RpcServiceError {
    static func cannotAudit(_ path: String, _ reason: String, _ errno: Int32? = nil) -> RpcServiceError {
        RpcServiceError(.cannotAudit, "The audit file '\(path)' \(reason)", errno: errno)
    }
}
