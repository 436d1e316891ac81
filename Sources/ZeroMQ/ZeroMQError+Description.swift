import CZeroMQ

extension ZeroMQError: CustomStringConvertible {
    /// One line for people: what failed, why, and what to do next.
    public var description: String {
        let (reason, advice) = explanation
        let text = "Cannot \(action): \(reason)."
        return advice.isEmpty ? text : "\(text) \(advice)"
    }

    private var action: String {
        guard let endpoint else { return operation }
        switch operation {
        case "connect": return "connect to \(endpoint)"
        case "disconnect": return "disconnect from \(endpoint)"
        default: return "\(operation) \(endpoint)"
        }
    }

    private var explanation: (reason: String, advice: String) {
        switch code {
        case .addressInUse:
            ("the address is already in use", "Stop the other program on that port or choose another (0 means any).")
        case .addressNotAvailable:
            ("no interface of this machine has that address", "Use one of its own addresses, or * for all.")
        case .noDevice:
            ("no network interface has that name", "Use an address or interface of this machine, or * for all.")
        case .permissionDenied:
            ("the system does not allow it", "Choose a port above 1023, or a folder that you may write to.")
        case .notFound:
            ("there is no such endpoint", "Give it exactly as it was bound or connected; an ipc folder must exist.")
        case .protocolNotSupported:
            ("the transport is not known", "Use tcp://, ipc:// or inproc://.")
        case .protocolNotCompatible:
            ("the transport does not go with this kind of socket", "Use tcp://, ipc:// or inproc://.")
        case .connectionRefused:
            ("nobody listens there", "Bind the other side first.")
        case .invalidArgument where endpoint != nil:
            ("the endpoint is not acceptable", "Write it as in tcp://127.0.0.1:5556, ipc:///run/lab or inproc://lab.")
        case .invalidArgument:
            ("the value is not acceptable", "Check its range, and whether this kind of socket has it.")
        case .closed:
            ("the socket is closed", "Open a new one.")
        case .concurrentUse:
            ("another thread is using the socket", "Keep a socket on one thread, or behind one lock.")
        case .alreadyMonitored:
            ("the socket has a monitor", "Close that one first.")
        case .timedOut:
            ("the socket's time-out passed", "Try again, or check that the other side runs.")
        case .wouldBlock:
            ("it would have to wait", "Try again once the socket is ready.")
        case .terminated:
            ("the context was shut down", "This is a clean end: close the socket.")
        case .hostUnreachable:
            ("the peer is not connected", "It has gone, or never came; drop the message.")
        case .wrongState:
            ("it is not this side's turn", "A REQ sends then receives, a REP receives then sends.")
        case .tooManyFiles:
            (
                "this process has as many open files and sockets as it may\(OpenFiles.limits)",
                "Close some, or raise the limit (`ulimit -n`, setrlimit)."
            )
        case .tooManyFilesInSystem:
            ("the system has as many open files as it may", "End programs that hold many, or raise fs.file-max.")
        case .tooManySockets:
            ("the context has as many sockets as it may", "Close some, or use a context with a higher maxSockets.")
        default:
            (String(cString: zmq_strerror(errno)).lowercasedFirst, "")
        }
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
