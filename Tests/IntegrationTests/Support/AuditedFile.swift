import AcquisitionModel
import AcquisitionRPC
import Foundation
import Testing

/// An audit file of a service under test, in a folder of its own that is gone with the last reference.
final class AuditedFile: Sendable {
    let folder: URL
    let path: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "audit.jsonl").path
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Its entries so far.
    func entries() throws -> [JSONValue] {
        try AuditedFile.entries(at: path)
    }

    /// The entries of the file at `path`; what was torn is left out.
    static func entries(at path: String) throws -> [JSONValue] {
        try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n")).compactMap {
            try? JSONReader.read(Array($0))
        }
    }

    /// What `remote-console audit verify` finds.
    func verify() throws -> AuditVerifier.Report {
        var verifier = AuditVerifier()
        try AuditReader.lines(of: path) { verifier.take($0, isFinished: $1) }
        return verifier.finish()
    }
}

extension Sequence<JSONValue> {
    /// The values under `key`.
    func under(_ key: String) -> [JSONValue] { map { $0[key] ?? .null } }
}
