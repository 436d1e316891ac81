import AcquisitionRPC
import ZeroMQ

extension ZeroMQError {
    /// The sentence for those who have a service or a client, and no context.
    var sentence: String {
        switch code {
        case .tooManySockets:
            """
            Cannot \(operation): the clients of this process have all \(Context.shared.maxSockets) ZeroMQ sockets that they may \
            have. Close some, or open the others in another process.
            """
        case .tooManyFiles where DescriptorLimit.ofProcess.map { $0.current < $0.maximum } ?? false:
            "\(self) DescriptorLimit.raise() does the latter."
        default: "\(self)"
        }
    }
}
