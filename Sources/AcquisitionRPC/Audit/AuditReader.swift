import AcquisitionModel

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reads an audit file line by line, in constant memory.
package enum AuditReader {
    private static let chunk = 1 << 18

    /// Gives every line to `body`, without its line feed, and whether it had one; ends where `body` returns false.
    ///
    /// - Parameter progress: is told now and then how many bytes of how many were read.
    /// - Throws: ``AuditReadError``, and what the functions throw.
    package static func lines(
        of path: String,
        progress: (_ read: Int, _ size: Int) throws -> Void = { _, _ in },
        _ body: (_ line: UnsafeRawBufferPointer, _ isFinished: Bool) throws -> Bool
    ) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AuditReadError(number: errno) }
        defer { close(descriptor) }
        var information = stat()
        let size = fstat(descriptor, &information) == 0 ? Int(information.st_size) : 0
        // Twice the longest line and more: what is kept of one chunk never fills the buffer.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk + 2 * AuditLine.longest, alignment: 1)
        defer { buffer.deallocate() }
        // How much the buffer holds; how far that was searched for the end of a line; how much was read in all.
        var (filled, searched, read) = (0, 0, 0)
        while case let count = try more(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])),
            count > 0
        {
            filled += count
            read += count
            try progress(read, size)
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<filled])
            // What an editor puts before the first line.
            var start = read == filled ? ByteOrderMark.length(in: bytes) : 0
            while let end = lineFeed(in: bytes, from: max(start, searched)) {
                guard try body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), true) else { return }
                start = end + 1
            }
            // No line is as long as that; whoever takes it says so.
            if filled - start > AuditLine.longest {
                guard try body(UnsafeRawBufferPointer(rebasing: bytes[start...]), false) else { return }
                start = filled
            }
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start...]))
            filled -= start
            searched = filled
        }
        if filled > 0 { _ = try body(UnsafeRawBufferPointer(rebasing: buffer[..<filled]), false) }
    }

    /// Reads on; 0 at the end of the file.
    private static func more(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = systemRead(descriptor, buffer)
            if count >= 0 { return count }
            if errno != EINTR { throw AuditReadError(number: errno) }
        }
    }

    private static func lineFeed(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress else { return nil }
        guard let place = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start) else { return nil }
        return UnsafeRawPointer(place) - base
    }
}

private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, bytes.baseAddress, bytes.count)
}
