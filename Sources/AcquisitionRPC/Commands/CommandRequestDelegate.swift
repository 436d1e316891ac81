public import AcquisitionModel

/// Who answers commands: one asynchronous function.
///
/// It may suspend, block and throw; it holds up only the client that asked. One that has not answered after
/// ``RpcOptions/pendingAfter`` is answered PENDING_WITH_NOTIFICATION by the service, and its answer is published when it
/// comes. The task in which it runs is cancelled when the service stops.
///
/// Until it suspends for the first time it runs on a thread of the service's, which it may block. After that it runs, as
/// all asynchronous code, on the process's few shared threads: block there, and whatever else is asynchronous waits.
public typealias CommandRequestDelegate = @Sendable (ApiCommandRequest) async throws -> ApiCommandRequestResponse

/// An error whose message is meant for the client. Of every other error the client learns only the type, since a
/// message may name files and addresses that are nobody's business; the whole error goes to the log.
public struct CommandError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the client is told.
    public var message: String
    /// The application's own code; 0 for none.
    public var code: Int

    /// An error with a message for the client.
    public init(_ message: String, code: Int = 0) {
        self.message = message
        self.code = code
    }

    /// The message.
    public var description: String { message }
}
