/// Where a service writes down who gave which command, and what came of it.
///
/// The file has one JSON object a line. Each line carries the hash of the line before and its own, so that
/// `remote-console audit verify` finds what was changed or taken out. A command never waits for the disk: entries wait in
/// memory, and where that is full or the disk is, they are counted, and the file says later how many are missing.
///
/// Every command that reaches the application is written down. Of what does not (requests that cannot be read, commands
/// that are refused, handshakes that fail), a sender who makes many of them gets an entry that says how many more there
/// were.
///
/// Where the file is moved, removed or cut while it is written, the service goes on in a new one at the same path within
/// a second. Its first entry names the end of the old one.
public struct AuditOptions: Sendable, Hashable {
    /// The file. It is made where there is none (for its owner only, 0600), and never shortened; its folder must exist.
    public var path: String
    /// How many entries may wait to be written before more are only counted; at least 1.
    public var capacity: Int
    /// After what time writing is tried again where it failed; at least 10 ms.
    public var retryAfter: Duration

    /// Options for the audit file at `path`.
    public init(path: String, capacity: Int = 4096, retryAfter: Duration = .seconds(1)) {
        self.path = path
        self.capacity = capacity
        self.retryAfter = retryAfter
    }
}
