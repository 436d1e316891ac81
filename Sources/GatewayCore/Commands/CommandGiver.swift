import AcquisitionRPC
public import Logging

/// Gives the acquisition process the commands that foreign ones stand for, as far as the gateway's role goes.
///
/// What is said is data of a foreign system: its keys go there and back byte for byte.
public struct CommandGiver: Sendable {
    /// Where the commands go.
    public let client: RpcClient
    /// Which command each foreign one stands for.
    public let map: CommandMap
    /// What the gateway may do at most. The service decides on its part, by the key of the gateway's client.
    public let role: PeerRole
    private let logger: Logger

    /// Gives commands through `client`.
    public init(client: RpcClient, map: CommandMap, role: PeerRole = .operator, logger: Logger) {
        self.client = client
        self.map = map
        self.role = role
        self.logger = logger.safe
    }

    /// Gives the command that `name` stands for and waits for the answer that counts.
    ///
    /// - Parameters:
    ///   - name: the foreign command.
    ///   - arguments: its arguments, normally an object.
    ///   - peer: who gave it, for the log.
    ///   - onPending: called when the command turned out to take longer.
    /// - Returns: the reply or the result of a command that succeeded.
    /// - Throws: ``GatewayError``: not mapped, not allowed, no answer, failed; `CancellationError` where the task is
    ///   cancelled.
    @discardableResult
    public func give(
        _ name: String,
        _ arguments: JSONValue,
        from peer: String,
        onPending: @Sendable (ApiCommandReply) -> Void = { _ in }
    ) async throws -> ApiCommandReply {
        let mapped = try map.command(named: name)
        let (command, customCommand, data) = try mapped.request(in: client.dialect ?? .current, arguments)
        guard role.mayGive(command) else {
            logger.warning(
                "A command was refused: the gateway's role does not allow it",
                metadata: ["command": "\(name)", "role": "\(role.rawValue)", "peer": "\(peer)"]
            )
            throw GatewayError(.notAllowed, "'\(name)' is not allowed: the gateway's role is \(role.rawValue)")
        }
        logger.debug("A command", metadata: ["name": "\(name)", "command": "\(command)", "peer": "\(peer)"])
        let reply = try await ask(mapped, command, customCommand, data, onPending)
        let isPendingAccepted = reply.result == .pendingWithNotification && mapped.answer == .accepted
        guard reply.errorKind == .none, reply.result == .success || isPendingAccepted else {
            throw GatewayError(.failed, "'\(name)' was not carried out: \(Self.reason(reply))")
        }
        return reply
    }

    private func ask(
        _ mapped: MappedCommand,
        _ command: ApiCommand,
        _ customCommand: JSONValue,
        _ data: JSONValue,
        _ onPending: @Sendable (ApiCommandReply) -> Void
    ) async throws -> ApiCommandReply {
        do {
            if mapped.answer == .accepted {
                return try await client.request(
                    command,
                    customCommand: customCommand,
                    data: data,
                    keys: .asGiven,
                    timeout: mapped.timeout
                )
            }
            return try await client.perform(
                command,
                customCommand: customCommand,
                data: data,
                keys: .asGiven,
                timeout: mapped.timeout,
                resultTimeout: mapped.resultTimeout,
                onPending: onPending
            )
        } catch let error as RpcClientError {
            throw GatewayError(.noAnswer, "The acquisition process did not answer: \(error)")
        }
    }

    /// Why a command was not carried out, in words.
    static func reason(_ reply: ApiCommandReply) -> String {
        if let message = reply.errorMessage, !message.isEmpty { return message }
        return reply.errorKind == .none ? "\(reply.result)" : "\(reply.result), \(reply.errorKind)"
    }
}
