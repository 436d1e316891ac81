public import AcquisitionModel
import Synchronization

extension RpcClient {
    /// Gives a command and returns the immediate reply, whatever it says.
    ///
    /// - Parameters:
    ///   - command: what to do.
    ///   - customCommand: which command of the lab's own, with `ApiCommand.userDefined`.
    ///   - data: what the command needs; its keys go out in camelCase.
    ///   - timeout: how long to wait for a service and for its reply; nil for the options' time.
    /// - Throws: ``RpcClientError``, or `CancellationError` where the task is cancelled.
    public func request(
        _ command: ApiCommand,
        customCommand: JSONValue = -1,
        data: JSONValue = .null,
        timeout: Duration? = nil
    ) async throws -> ApiCommandReply {
        try await request(makeRequest(command, customCommand, data), timeout: timeout)
    }

    /// Gives a command as it is, under its own nonce.
    ///
    /// - Throws: ``RpcClientError``, or `CancellationError` where the task is cancelled.
    public func request(_ request: ApiCommandRequest, timeout: Duration? = nil) async throws -> ApiCommandReply {
        try await send(encoded(request), timeout: timeout)
    }

    private func encoded(_ request: ApiCommandRequest) throws(RpcClientError) -> [UInt8] {
        var request = request
        if options.retries > 0 { request.client = request.client ?? name }
        do {
            return try request.encoded(limits: options.limits)
        } catch {
            throw RpcClientError(.cannotEncode, "The request cannot be sent: \(error)")
        }
    }

    /// Sends a request and waits for its reply.
    private func send(_ bytes: [UInt8], timeout: Duration?) async throws -> ApiCommandReply {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let limit = timeout ?? options.timeout
        let expire: @Sendable () -> Void = { [self] in
            transport.forget(id: id)
            let (error, reply) = state.withLock { state in
                let mayBeSent = state.pending.mayBeSent(id)
                let error = mayBeSent ? nil : state.refusal
                return (error ?? Self.noReply(within: limit, mayBeSent: mayBeSent), state.pending.takeReply(id))
            }
            reply?.resume(returning: .failure(error))
        }
        let again = options.retries > 0 ? Task { [weak self] in await self?.giveAgain(bytes, id, within: limit) } : nil
        defer { again?.cancel() }
        let result = await expiring(after: limit, expire) { [self] isOver in
            await withCheckedContinuation { (continuation: PendingRequests.Reply) in
                state.withLock {
                    $0.pending.expectReply(id, mayBeSent: $0.areCommandsConnected, continuation)
                }
                if isClosed.load(ordering: .acquiring) {
                    state.withLock { $0.pending.takeReply(id) }?.resume(returning: .failure(Self.closed))
                } else if !isOver() {
                    transport.send(bytes, id: id)
                }
                // Over before there was anything to end, or while the request was handed over: it must not go out
                // when nobody waits any more.
                if isOver() { expire() }
            }
        }
        return try finish(result)
    }

    /// What came of a wait; where it came to nothing since the task was cancelled, `CancellationError`.
    private func finish<Value>(_ result: Result<Value, RpcClientError>) throws -> Value {
        if case .failure = result { try Task.checkCancellation() }
        return try result.get()
    }

    /// Gives a command and returns its final result: where the reply is PENDING_WITH_NOTIFICATION, what is published
    /// under its nonce.
    ///
    /// The client hears results before the request goes out, so that none is missed. A client that gives up does not
    /// stop the command.
    ///
    /// - Parameters:
    ///   - command: what to do.
    ///   - customCommand: which command of the lab's own, with `ApiCommand.userDefined`.
    ///   - data: what the command needs; its keys go out in camelCase.
    ///   - timeout: how long to wait for a service and for its reply; nil for the options' time.
    ///   - resultTimeout: how long to wait for the result of a pending command; nil for as long as it takes.
    ///   - onPending: called when the command turned out to be pending.
    /// - Throws: ``RpcClientError``, or `CancellationError` where the task is cancelled.
    public func perform(
        _ command: ApiCommand,
        customCommand: JSONValue = -1,
        data: JSONValue = .null,
        timeout: Duration? = nil,
        resultTimeout: Duration? = nil,
        onPending: @Sendable (ApiCommandReply) -> Void = { _ in }
    ) async throws -> ApiCommandReply {
        try await perform(
            makeRequest(command, customCommand, data),
            timeout: timeout,
            resultTimeout: resultTimeout,
            onPending: onPending
        )
    }

    /// Gives a command as it is, under its own nonce, and returns its final result.
    ///
    /// - Throws: ``RpcClientError``, or `CancellationError` where the task is cancelled.
    public func perform(
        _ request: ApiCommandRequest,
        timeout: Duration? = nil,
        resultTimeout: Duration? = nil,
        onPending: @Sendable (ApiCommandReply) -> Void = { _ in }
    ) async throws -> ApiCommandReply {
        // An emergency stop waits for nothing; it is never pending either.
        if request.command != .emergencyStop {
            await waitForEvents(atMost: min(timeout ?? options.timeout, Self.patienceForEvents))
        }
        let id = state.withLock { state in
            state.lastID += 1
            state.pending.announceResult(nonce: request.nonce, id: state.lastID)
            return state.lastID
        }
        defer {
            state.withLock { state in
                _ = state.pending.forgetResult(nonce: request.nonce, id: id)
                state.pendingRequests[id] = nil
            }
        }
        let bytes = try encoded(request)
        let reply = try await send(bytes, timeout: timeout)
        guard reply.result == .pendingWithNotification else { return reply }
        if options.retries > 0 { state.withLock { $0.pendingRequests[id] = bytes } }
        onPending(reply)
        let giveUp: @Sendable (RpcClientError) -> Void = { [self] error in
            let outcome = state.withLock { $0.pending.forgetResult(nonce: request.nonce, id: id) }
            outcome?.resume(returning: .failure(error))
        }
        let expire: @Sendable () -> Void = {
            let limit = resultTimeout.map { " within \($0)" } ?? ""
            giveUp(RpcClientError(.noResult, "The command is pending; its result did not come\(limit)"))
        }
        let result = await expiring(after: resultTimeout, expire) { [self] isOver in
            await withCheckedContinuation { (continuation: PendingRequests.Outcome) in
                let arrived = state.withLock {
                    $0.pending.awaitResult(nonce: request.nonce, id: id, continuation)
                }
                if let arrived {
                    continuation.resume(returning: .success(arrived))
                } else if isClosed.load(ordering: .acquiring) {
                    giveUp(Self.closed)
                } else if isOver() {
                    expire()
                }
            }
        }
        return ApiCommandReply(try finish(result), to: request)
    }

    /// Sends a request again at even distances, where that runs no command twice.
    private func giveAgain(_ bytes: [UInt8], _ id: UInt64, within limit: Duration) async {
        for _ in 0..<options.retries {
            do { try await Task.sleep(for: limit / (options.retries + 1)) } catch { return }
            guard mayGiveAgain, !isClosed.load(ordering: .acquiring) else { continue }
            // One that is still here goes out once.
            transport.forget(id: id)
            transport.send(bytes, id: id)
        }
    }

    /// Asks again for the results of pending commands: one of them may have been missed.
    func giveAgain() {
        guard mayGiveAgain else { return }
        let requests = state.withLock { state in
            state.pendingRequests.values.map { bytes in
                state.lastID += 1
                return (state.lastID, bytes)
            }
        }
        for (id, bytes) in requests { transport.send(bytes, id: id) }
    }

    private var mayGiveAgain: Bool { options.retries > 0 && lastHeartbeat?.deduplicate != nil }

    private func makeRequest(_ command: ApiCommand, _ custom: JSONValue, _ data: JSONValue) -> ApiCommandRequest {
        let nonce = state.withLock { $0.nonces.next() }
        return ApiCommandRequest(command, customCommand: custom, nonce: .integer(nonce), data: data)
    }

    /// Only a request that cannot have reached a service found no peer: such a command may be given again.
    private static func noReply(within limit: Duration, mayBeSent: Bool) -> RpcClientError {
        mayBeSent
            ? RpcClientError(.noAnswer, "The service did not answer within \(limit)")
            : RpcClientError(.noPeer, "There is no service to answer: no connection within \(limit)")
    }

    /// Waits until the connection for what is published stands, or the time is over.
    private func waitForEvents(atMost limit: Duration) async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let giveUp: @Sendable () -> Void = { [self] in
            state.withLock { $0.waitingForEvents.removeValue(forKey: id) }?.resume()
        }
        await expiring(after: limit, giveUp) { [self] isOver in
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if !state.areEventsConnected { state.waitingForEvents[id] = continuation }
                    return state.areEventsConnected
                }
                if isThere {
                    continuation.resume()
                } else if isClosed.load(ordering: .acquiring) || isOver() {
                    giveUp()
                }
            }
        }
    }

    /// Waits with `wait`; calls `expire`, which must end it, after `limit` or when the task is cancelled.
    ///
    /// That may be before `wait` has anything to end: once it has, it asks whether the time is over already.
    private func expiring<Value: Sendable>(
        after limit: Duration?,
        _ expire: @escaping @Sendable () -> Void,
        wait: (_ isOver: () -> Bool) async -> Value
    ) async -> Value {
        let expiry = Expiry(expire)
        let timer = limit.map { limit in
            Task {
                if (try? await Task.sleep(for: limit)) != nil { expiry.expire() }
            }
        }
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            await wait { expiry.isOver }
        } onCancel: {
            expiry.expire()
        }
    }

    private final class Expiry: Sendable {
        private let state = Atomic(false)
        private let action: @Sendable () -> Void

        init(_ action: @escaping @Sendable () -> Void) { self.action = action }

        var isOver: Bool { state.load(ordering: .sequentiallyConsistent) }

        func expire() {
            state.store(true, ordering: .sequentiallyConsistent)
            action()
        }
    }
}
