import AcquisitionModel
import Foundation

/// Reads text files that people write.
package enum TextFile {
    /// More than any of these files has.
    static let maximumSize = 16 << 20

    /// Why a file cannot be read; without its name.
    package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// The text of a file in UTF-8, without a byte order mark. A named pipe is read to its end.
    package static func read(_ path: String) throws(Problem) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Problem(description: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Problem(description: String(cString: strerror(errno))) }
            guard count > 0 else { break }
            bytes += buffer[..<count]
            guard bytes.count <= maximumSize else {
                throw Problem(description: "it is larger than \(maximumSize >> 20) MiB")
            }
        }
        return try text(bytes)
    }

    /// The text that the bytes of a file are.
    static func text(_ bytes: [UInt8]) throws(Problem) -> String {
        if ByteOrderMark.isUTF16(bytes) {
            throw Problem(description: "it is UTF-16; save it as UTF-8")
        }
        guard let text = String(validating: ByteOrderMark.dropped(from: bytes), as: UTF8.self) else {
            throw Problem(description: "it is not UTF-8")
        }
        return text
    }
}
