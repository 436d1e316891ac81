import Foundation

/// How much a test does: the full number with `Scripts/test --heavy`, a part of it otherwise.
public enum Heavy {
    /// Whether the tests were asked for their full numbers.
    public static let isAskedFor = ProcessInfo.processInfo.environment["ACQUISITION_HEAVY_TESTS"] == "1"

    /// `full` when the full numbers are asked for, `short` otherwise.
    public static func count(_ full: Int, short: Int) -> Int { isAskedFor ? full : short }

    /// Says on standard error what was measured, for the one who asked for the full numbers.
    public static func report(_ text: @autoclosure () -> String) {
        guard isAskedFor else { return }
        FileHandle.standardError.write(Data("measured: \(text())\n".utf8))
    }
}
