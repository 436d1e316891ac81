import AcquisitionModel
import AcquisitionRPC
import Logging

/// How a command goes on that turns out to be pending.
enum Waiting: Sendable, Hashable {
    /// As long as it takes, as is usual; at the prompt without keeping the next line waiting.
    case usual
    /// Until its result comes, for at most this long; nil for as long as it takes.
    case forResult(Duration?)
    /// Not at all.
    case no

    /// How long to wait for the result at the most; nil for as long as it takes.
    fileprivate var limit: Duration? { if case .forResult(let limit) = self { limit } else { nil } }
}

extension Session {
    /// Asks for something that may be asked twice, and waits for its result.
    ///
    /// - Throws: ``CommandFailure`` where nobody answers in time.
    func ask(_ command: ApiCommand, waiting: Waiting = .usual) async throws -> ApiCommandReply {
        logger.debug("Asking", metadata: ["command": "\(command)"])
        let reply = try await translating { try await client.request(command) }
        logger.debug("Answered", metadata: ["command": "\(command)", "result": "\(reply.result)"])
        guard reply.result == .pendingWithNotification, waiting != .no else { return reply }
        return try await give(command, waiting: waiting)
    }

    /// Gives a command, and waits for its result.
    ///
    /// - Parameter nonce: nil for one of the client's.
    /// - Throws: ``CommandFailure`` where nobody answers in time.
    func give(
        _ command: ApiCommand,
        customCommand: JSONValue = -1,
        data: JSONValue = .null,
        nonce: JSONValue? = nil,
        waiting: Waiting
    ) async throws -> ApiCommandReply {
        logger.debug(
            "Sending",
            metadata: ["command": "\(command)", "number": "\(command.rawValue)", "data": "\(data)"]
        )
        // What a person typed is sent as it was typed, and shown as it was answered.
        let request = nonce.map {
            ApiCommandRequest(command, customCommand: customCommand, nonce: $0, data: data, keys: .asGiven)
        }
        return try await translating {
            guard waiting != .no else {
                let reply =
                    if let request {
                        try await client.request(request)
                    } else {
                        try await client.request(command, customCommand: customCommand, data: data, keys: .asGiven)
                    }
                if reply.result == .pendingWithNotification {
                    pending.add(command, nonce: reply.nonce, isAwaited: false)
                }
                return reply
            }
            let limit = waiting.limit
            let notice = PendingNotice(self, isAsked: waiting != .usual)
            let watchdog = unlessConnected()
            defer {
                watchdog.cancel()
                notice.end()
            }
            return try await watchdog.run { [client] in
                if let request {
                    try await client.perform(request, resultTimeout: limit, onPending: notice.begin)
                } else {
                    try await client.perform(
                        command,
                        customCommand: customCommand,
                        data: data,
                        keys: .asGiven,
                        resultTimeout: limit,
                        onPending: notice.begin
                    )
                }
            }
        }
    }

    /// What people are told of an error of the client.
    func failure(_ error: RpcClientError) -> CommandFailure {
        let within = DurationArgument.words(timeout)
        switch error.code {
        case .noPeer:
            return CommandFailure(
                .noAnswer,
                "There is no application at \(settings.commandEndpoint): no connection within \(within)",
                hint: "Does it run, on this host and port? To look into it: \(command("doctor"))"
            )
        case .unknownHost:
            return CommandFailure(.noAnswer, error.message, hint: "It comes from --host, ACQUISITION_HOST or a file.")
        case .noAnswer:
            return CommandFailure(
                .noAnswer,
                "The application at \(settings.commandEndpoint) did not answer within \(within)",
                hint: "It may be busy, or another program has the port. To look into it: \(command("doctor"))"
            )
        case .noResult:
            return CommandFailure(.noAnswer, error.message, hint: "The command goes on; only the waiting has ended.")
        case .refused:
            let hasKey = !settings.curveKey.value.isEmpty
            return CommandFailure(
                .notAllowed,
                "\(settings.commandEndpoint): \(error.message)",
                hint: hasKey
                    ? "Where it runs: 'remote-console keys authorize NAME.key --role operator'; 'keys show' tells who may."
                    : "Give yours with --curve-key and --curve-server-key; 'remote-console help keys' tells how."
            )
        case .unreadableReply: return CommandFailure(.failed, error.message)
        case .cannotEncode: return CommandFailure(.usage, error.message)
        default: return CommandFailure(.noAnswer, error.message)
        }
    }

    /// Why the name of the application's machine leads nowhere; nil where it does, or where that is not known soon. It is
    /// looked up again for each attempt to connect.
    func hostProblem() async throws -> String? {
        if settings.socketFolder != nil { return nil }
        do {
            _ = try await HostResolver.shared.addresses(of: settings.host.value, within: min(timeout, .seconds(2)))
            return nil
        } catch let error as AddressError {
            return error.message
        }
    }

    func translating<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as RpcClientError {
            throw failure(error)
        }
    }

    /// The client first waits for its connection for events, for as long as a reply may take; where there is no
    /// connection for commands either, that is long enough to wait.
    private func unlessConnected() -> Watchdog {
        Watchdog(after: timeout) { [client] in
            client.isConnected ? nil : client.refusal ?? RpcClientError(.noPeer, "There is no service to answer")
        }
    }
}
