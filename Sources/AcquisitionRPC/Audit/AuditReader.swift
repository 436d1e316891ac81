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
        var buffer: [UInt8] = []
        // How far the buffer has been searched for the end of a line, and how much has been read in all.
        var (searched, read) = (0, 0)
        while try more(descriptor, &buffer, &read) {
            try progress(read, size)
            let used = try buffer.withUnsafeBytes { bytes in
                var start = 0
                while let end = lineFeed(in: bytes, from: max(start, searched)) {
                    let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                    guard try body(line, true) else { return nil as Int? }
                    start = end + 1
                }
                // No line is as long as that; whoever takes it says so.
                if bytes.count - start > AuditLine.longest {
                    guard try body(UnsafeRawBufferPointer(rebasing: bytes[start...]), false) else { return nil }
                    start = bytes.count
                }
                return start
            }
            guard let used else { return }
            buffer.removeFirst(used)
            searched = buffer.count
        }
        if !buffer.isEmpty { _ = try buffer.withUnsafeBytes { try body($0, false) } }
    }

    /// Reads on; false at the end of the file.
    private static func more(_ descriptor: Int32, _ buffer: inout [UInt8], _ read: inout Int) throws -> Bool {
        let kept = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: chunk))
        var count: Int
        repeat {
            count = buffer.withUnsafeMutableBytes { bytes in
                systemRead(descriptor, UnsafeMutableRawBufferPointer(rebasing: bytes[kept...]))
            }
        } while count < 0 && errno == EINTR
        if count < 0 { throw AuditReadError(number: errno) }
        buffer.removeLast(chunk - count)
        read += count
        return count > 0
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
