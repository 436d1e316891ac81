import AcquisitionModel
import AcquisitionRPC
import Synchronization

/// Which release the peer speaks: what the user says, else its heartbeat, else what its status looks like.
final class PeerDialect: Sendable {
    private let chosen: Dialect?
    private let found = Mutex<Dialect?>(nil)

    init(chosen: Dialect?) { self.chosen = chosen }

    /// The dialect as far as it is known without asking.
    func known(_ client: RpcClient) -> Dialect? { chosen ?? client.dialect ?? found.withLock { $0 } }

    /// Remembers what a status says.
    func learn(from status: JSONValue) {
        if let dialect = Self.dialect(ofStatus: status) { found.withLock { $0 = dialect } }
    }

    /// The dialect of which a status is (`protocol/autotrainer.md`, section 8: `appStatus` in 0.9.7, `applicationMode`
    /// from 0.9.12 on); nil for anything else.
    static func dialect(ofStatus status: JSONValue) -> Dialect? {
        if status["applicationMode"] != nil { return .current }
        if status["appStatus"] != nil { return .legacy }
        return nil
    }
}

extension Session {
    /// The dialect of the peer. Where it is not known, the status is asked for at once, and whatever comes first decides:
    /// its form, or a heartbeat.
    ///
    /// - Throws: ``CommandFailure`` where nobody answers.
    func dialect() async throws -> Dialect {
        if let dialect = peer.known(client) { return dialect }
        let heartbeats = client.messages(topics: [.heartbeat], capacity: 1)
        let session = self
        let found = try await withThrowingTaskGroup(of: Dialect?.self) { group in
            group.addTask {
                for await case .heartbeat(let heartbeat) in heartbeats.map(\.content) {
                    return Dialect(release: heartbeat.version)
                }
                // Only a cancelled task comes here.
                throw CancellationError()
            }
            group.addTask {
                let reply = try await session.ask(ApiCommand.getStatus)
                session.peer.learn(from: reply.data)
                return PeerDialect.dialect(ofStatus: reply.data)
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        if let found { return found }
        note("The application does not tell its release; release \(Dialect.current.release) is assumed (--dialect)")
        return .current
    }

    /// The dialect for names in what is shown: as far as it is known.
    var shownDialect: Dialect { peer.known(client) ?? .current }
}
