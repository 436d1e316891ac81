import Foundation

/// A folder of a test's own, for its owner alone; it goes with the last reference.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: String

    /// Makes it.
    public init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file; its path.
    public func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let path = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: path))
        try setMode(mode, of: path)
        return path
    }

    /// Sets the permissions of a file or folder.
    public func setMode(_ mode: Int, of path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// The permissions of a file or folder.
    public func mode(of path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
    }
}
