import AcquisitionModel
import Foundation
import Testing

@testable import AcquisitionRPC

/// An audit file in the making, and what verifying says of it.
enum AuditSample {
    /// A file of `count` entries, one of them without a digest of anything, others with odd nonces.
    static func file(_ count: Int) -> [UInt8] {
        var chain = AuditChain()
        var text: [UInt8] = []
        for number in 0..<count {
            let request = ApiCommandRequest(.getStatus, nonce: number % 3 == 0 ? ["}": "\n\""] : JSONValue(number))
            let incoming = IncomingRequest(peer: PeerAddress(envelope: []), frames: [[1, 2, UInt8(number & 255)]])
            let outcome = AuditedOutcome(AuditTrace(incoming), request, .success())
            chain.seal(AuditEntry(number == 0 ? .stop : .command(outcome)), into: &text)
        }
        return text
    }

    static func lines(_ text: [UInt8]) -> [[UInt8]] {
        text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast().map(Array.init)
    }

    static func text(_ lines: [[UInt8]]) -> [UInt8] { lines.flatMap { $0 + [UInt8(ascii: "\n")] } }

    static func verify(_ text: [UInt8], wanted: String? = nil) -> AuditVerifier.Report {
        var verifier = AuditVerifier(wanted: wanted)
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: UInt8(ascii: "\n"))
            let line = text[start..<(end ?? text.count)]
            guard line.withUnsafeBytes({ verifier.take($0, isFinished: end != nil) }) else { break }
            start = (end ?? text.count) + 1
        }
        return verifier.finish()
    }
}

/// A file that is gone with its last reference.
final class TemporaryFile: Sendable {
    let path: String

    init(_ bytes: [UInt8]? = nil) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).jsonl").path
        if let bytes { try write(bytes) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: path)) }

    func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

    func verify(wanted: String? = nil) throws -> AuditVerifier.Report {
        var verifier = AuditVerifier(wanted: wanted)
        try AuditReader.lines(of: path) { verifier.take($0, isFinished: $1) }
        return verifier.finish()
    }
}
