import CZeroMQ

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension ZeroMQError {
    /// A kind of failure. The raw value is the errno, or below zero for what only this wrapper knows.
    ///
    /// Numbers without a name here are kept as they came, so a newer libzmq loses nothing.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The errno on this system, or a number below zero.
        public let rawValue: Int32

        /// A code for any errno.
        public init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        /// The errno that comes closest.
        var errno: Int32 {
            switch self {
            case .closed: ENOTSOCK
            case .concurrentUse, .alreadyMonitored: EBUSY
            case .timedOut: EAGAIN
            case .tooManySockets: EMFILE
            default: rawValue
            }
        }
    }
}

extension ZeroMQError.Code {
    /// The socket or context was closed before the call.
    public static let closed = Self(rawValue: -1)
    /// Another thread was using the socket at the same moment.
    public static let concurrentUse = Self(rawValue: -2)
    /// A blocking call came to the end of the socket's time-out.
    public static let timedOut = Self(rawValue: -3)
    /// The socket has a monitor already.
    public static let alreadyMonitored = Self(rawValue: -4)

    /// The context has as many sockets as it may; see ``Context/maxSockets``.
    public static let tooManySockets = Self(rawValue: -5)

    /// Another socket has the address.
    public static let addressInUse = Self(rawValue: EADDRINUSE)
    /// No interface of this machine has the address.
    public static let addressNotAvailable = Self(rawValue: EADDRNOTAVAIL)
    /// The call would have had to wait.
    public static let wouldBlock = Self(rawValue: EAGAIN)
    /// The context was shut down: a clean end, not a failure.
    public static let terminated = Self(rawValue: ETERM)
    /// The peer that a ROUTER was to reach is not connected.
    public static let hostUnreachable = Self(rawValue: EHOSTUNREACH)
    /// A REQ or REP was used out of turn.
    public static let wrongState = Self(rawValue: EFSM)
    /// A value, an endpoint or an option was not acceptable.
    public static let invalidArgument = Self(rawValue: EINVAL)
    /// libzmq does not know the socket.
    public static let notASocket = Self(rawValue: ENOTSOCK)
    /// The process has as many open files and sockets as it may.
    public static let tooManyFiles = Self(rawValue: EMFILE)
    /// All processes of the system together have as many open files as they may.
    public static let tooManyFilesInSystem = Self(rawValue: ENFILE)
    /// No network interface has the name.
    public static let noDevice = Self(rawValue: ENODEV)
    /// The endpoint is not bound or connected; or the file's folder does not exist.
    public static let notFound = Self(rawValue: ENOENT)
    /// The system does not allow it.
    public static let permissionDenied = Self(rawValue: EACCES)
    /// The name of the transport (before `://`) is not known.
    public static let protocolNotSupported = Self(rawValue: EPROTONOSUPPORT)
    /// The transport does not go with this kind of socket.
    public static let protocolNotCompatible = Self(rawValue: ENOCOMPATPROTO)
    /// This kind of socket cannot do that.
    public static let notSupported = Self(rawValue: ENOTSUP)
    /// Nobody listens at the endpoint (inproc only; tcp keeps trying).
    public static let connectionRefused = Self(rawValue: ECONNREFUSED)
    /// The context has no I/O thread for it.
    public static let noIOThread = Self(rawValue: EMTHREAD)
    /// Memory ran out.
    public static let outOfMemory = Self(rawValue: ENOMEM)
    /// A signal came in between. Calls here retry, so this is not seen.
    public static let interrupted = Self(rawValue: EINTR)
}
