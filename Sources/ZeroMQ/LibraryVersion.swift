/// A version of libzmq.
public struct LibraryVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The first number: 4 in 4.3.5.
    public let major: Int
    /// The second number: 3 in 4.3.5.
    public let minor: Int
    /// The third number: 5 in 4.3.5.
    public let patch: Int

    /// A version, for comparison with the library's own.
    public init(major: Int, minor: Int, patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// The version as libzmq writes it: `4.3.5`.
    public var description: String { "\(major).\(minor).\(patch)" }

    /// Older versions come first.
    public static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}
