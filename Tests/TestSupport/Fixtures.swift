public import Foundation

/// Where the files that tests read are kept: `Tests/Fixtures` of this checkout.
public enum Fixtures {
    /// The root of this checkout.
    public static let checkout = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The bytes of `Tests/Fixtures/<path>`.
    public static func data(_ path: String) throws -> Data {
        try Data(contentsOf: checkout.appending(path: "Tests/Fixtures/\(path)"))
    }
}
