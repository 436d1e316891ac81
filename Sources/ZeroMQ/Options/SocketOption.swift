/// A setting of a socket, with the type of its value.
///
/// ```swift
/// try socket.set(.linger, to: .milliseconds(500))
/// let port = try socket.get(.sendHighWaterMark)
/// ```
///
/// Most settings count for binds and connects that come after them: set first, then bind.
///
/// Left out on purpose: CONFLATE breaks messages of several frames; XPUB_NODROP lets one slow
/// subscriber stop all; XPUB_MANUAL uses freed memory in libzmq 4.3.4; PLAIN sends passwords in the
/// clear; GSSAPI nobody here uses.
public struct SocketOption<Value: Sendable>: Sendable {
    /// The name, as in `linger`.
    public let name: String

    let number: Int32
    let coding: OptionCoding<Value>

    init(_ name: String, _ number: Int32, _ coding: OptionCoding<Value>) {
        self.name = name
        self.number = number
        self.coding = coding
    }
}
