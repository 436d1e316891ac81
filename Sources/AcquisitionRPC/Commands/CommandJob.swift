import AcquisitionModel
import Synchronization

/// One command: who gave it, what it asks for, and what it is known by. What becomes of it is in the
/// ``CommandRegistry``.
final class CommandJob: Sendable {
    /// The command whose delegate, or whose later work, runs in this task.
    @TaskLocal static var current: CommandJob?

    /// The number of the command, of which no other has the same.
    let id = CommandJob.lastID.add(1, ordering: .relaxed).newValue
    private static let lastID = Atomic<UInt64>(0)
    /// The command.
    let request: ApiCommandRequest
    /// Where the reply goes; nil where the program itself began it.
    let peer: PeerAddress?
    /// What the command is remembered by; nil where it is not.
    let key: AnswerMemory.Key?
    /// Who gave it; nil for the program itself.
    let sender: CommandSender?
    /// What the audit file is told of the request; nil without such a file.
    let trace: AuditTrace?
    /// Under what its result is published.
    let name: CommandName

    init(
        _ request: ApiCommandRequest,
        peer: PeerAddress? = nil,
        sender: CommandSender? = nil,
        key: AnswerMemory.Key? = nil,
        trace: AuditTrace? = nil
    ) {
        self.request = request
        name = CommandName(request)
        self.peer = peer
        self.sender = sender
        self.key = key
        self.trace = trace
    }

    /// The connection that it counts for.
    var connection: [UInt8] { peer?.connection ?? [] }

    /// Whose share of what is remembered it counts for: the user's, or where nobody is asked for a key the connection's.
    var owner: [UInt8] { sender?.user.map { Array("user \($0)".utf8) } ?? connection }

    /// What it keeps in memory, about, in bytes.
    var weight: Int { request.weight + (trace?.size ?? 0) + name.nonce.weight }
}

/// What a published result names: clients recognise theirs by it.
struct CommandName: Sendable, Hashable {
    /// The command; of a lab's own `userDefined`, since the program may call it by its number and by that.
    let command: ApiCommand
    let nonce: NonceKey

    init(_ request: ApiCommandRequest) { self.init(request.command, request.nonceKey) }
    init(_ response: ApiCommandRequestResponse) { self.init(response.command, NonceKey(response.nonce)) }

    private init(_ command: ApiCommand, _ nonce: NonceKey) {
        self.command = command.isPublished ? command : .userDefined
        self.nonce = nonce
    }
}

extension PeerAddress {
    /// What tells one connection from another.
    var connection: [UInt8] { envelope.first ?? [] }
    /// Whether its sender numbers its requests: there is more than its identity and the empty frame.
    var hasRequestID: Bool { envelope.count > 2 }
}
