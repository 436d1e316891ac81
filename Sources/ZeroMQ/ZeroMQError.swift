import CZeroMQ

/// What libzmq refused, for a program (``code``) and for a reader (``description``).
public struct ZeroMQError: Error, Sendable, Hashable {
    /// What went wrong; compare with the named constants.
    public let code: Code
    /// The number as the system or libzmq gave it.
    public let errno: Int32
    /// What was being done, as a verb: `bind`, `send`, `set linger`.
    public let operation: String
    /// The endpoint concerned, where there is one.
    public let endpoint: String?

    /// An error from an errno.
    public init(errno: Int32, operation: String, endpoint: String? = nil) {
        self.code = Code(rawValue: errno)
        self.errno = errno
        self.operation = operation
        self.endpoint = endpoint
    }

    /// An error of a known kind.
    public init(_ code: Code, operation: String, endpoint: String? = nil) {
        self.code = code
        self.errno = code.errno
        self.operation = operation
        self.endpoint = endpoint
    }

    /// The error that libzmq just left for this thread.
    static func last(_ operation: String, endpoint: String? = nil) -> Self {
        Self(errno: zmq_errno(), operation: operation, endpoint: endpoint)
    }
}
