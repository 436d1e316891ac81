import AcquisitionModel
import AcquisitionRPC

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reads the lines of a pipe or a file, on a thread of its own.
enum LineReader {
    /// The longest line that is taken; what exceeds it is read as several lines.
    private static let longestLine = 4 << 20

    /// The lines of `descriptor` until its end. Line feeds and carriage returns at the end are left out; bytes that
    /// are not UTF-8 are replaced.
    static func lines(of descriptor: Int32) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let isRunning = Worker.start("line-reader") {
            readLines(descriptor) { continuation.yield($0) }
            continuation.finish()
        }
        if !isRunning { continuation.finish() }
        return stream
    }

    private static func readLines(_ descriptor: Int32, _ take: (String) -> Void) {
        var pending: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var isFirst = true
        func finish(_ bytes: [UInt8]) {
            // What an editor, or a shell on Windows, puts before the first line.
            take(text(isFirst ? ByteOrderMark.dropped(from: bytes) : bytes))
            isFirst = false
        }
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            var start = 0
            for index in 0..<count where buffer[index] == UInt8(ascii: "\n") {
                finish(pending + buffer[start..<index])
                pending = []
                start = index + 1
            }
            pending += buffer[start..<count]
            if pending.count > longestLine {
                finish(pending)
                pending = []
            }
        }
        if !pending.isEmpty { finish(pending) }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        var bytes = bytes[...]
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
