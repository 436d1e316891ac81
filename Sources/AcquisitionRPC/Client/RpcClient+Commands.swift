public import AcquisitionModel
import Synchronization

extension RpcClient {
    /// Gives a command and returns the immediate reply, whatever it says.
    ///
    /// - Parameters:
    ///   - command: what to do. One of `ApiCommand.labNumbers` goes out as `customCommand` too, for services of the Python
    ///     package.
    ///   - customCommand: which command of the lab's own, with `ApiCommand.userDefined`.
    ///   - data: what the command needs.
    ///   - keys: how the keys of the data are spelled, there and back: in camelCase, or byte for byte as they are given, as
    ///     data of another system must be.
    ///   - timeout: how long to wait for a service and for its reply; nil for the options' time.
    /// - Throws: ``RpcClientError``, or `CancellationError` where the task is cancelled.
    public func request(
        _ command: ApiCommand,
        customCommand: JSONValue = -1,
        data: JSONValue = .null,
        keys: KeyRule = .camelCase,
        timeout: Duration? = nil
    ) async throws -> ApiCommandReply {
        try await request(makeRequest(command, customCommand, data, keys), timeout: timeout)
    }

    /// Gives a command as it is, under its own nonce.
    ///
    /// - Throws: ``RpcClientError``, or `CancellationError` where the task is cancelled.
    public func request(_ request: ApiCommandRequest, timeout: Duration? = nil) async throws -> ApiCommandReply {
        try await send(prepare(request, timeout: timeout))
    }

    /// A request that is about to go out.
    private struct Outgoing {
        let id: UInt64
        let request: ApiCommandRequest
        let bytes: [UInt8]
        let limit: Duration
        /// When its client stops waiting.
        let end: ContinuousClock.Instant
    }

    /// The request as it is sent: with the client's name, which services that have an epoch need for telling it, and by which
    /// they know a command that is given again; and with the time at which its client stops waiting.
    private func prepare(_ request: ApiCommandRequest, timeout: Duration?) throws(RpcClientError) -> Outgoing {
        let limit = (timeout ?? options.timeout).saturated
        let now = ContinuousClock.now
        let end = now.saturating(adding: limit)
        let command = request.command
        var request = request
        request.client = request.client ?? name
        let (id, deadline) = state.withLock { ($0.nextID(), $0.deadline(of: command, end, now: now)) }
        request.deadline = deadline
        do {
            let bytes = try request.encoded(limits: options.limits)
            return Outgoing(id: id, request: request, bytes: bytes, limit: limit, end: end)
        } catch {
            throw RpcClientError(.cannotEncode, "The request cannot be sent: \(error)")
        }
    }

    /// Sends a request and waits for its reply.
    ///
    /// - Parameter awaitsResult: whether its result is kept from the moment that it may have gone out.
    private func send(_ outgoing: Outgoing, awaitsResult: Bool = false) async throws -> ApiCommandReply {
        let (id, limit) = (outgoing.id, outgoing.limit)
        let expire: @Sendable () -> Void = { [self] in giveUp(id, after: limit) }
        let again = repeating(outgoing.request, id, within: limit)
        defer { again?.cancel() }
        let result = await expiring(after: limit, expire) { [self] isOver in
            await withCheckedContinuation { (continuation: PendingRequests.Reply) in
                expect(outgoing, awaitsResult: awaitsResult, continuation)
                if isClosed.load(ordering: .acquiring) {
                    let error = RpcClientError(.closed, Self.closed.message, fate: .notRun)
                    state.withLock { $0.pending.take(id) }?.continuation.resume(returning: .failure(error))
                } else if !isOver() {
                    transport.send(outgoing.bytes, id: id)
                }
                // Over before there was anything to end, or while the request was handed over: it must not go out
                // when nobody waits any more.
                if isOver() { expire() }
            }
        }
        return try finish(result)
    }

    /// From now on the reply is waited for, and the request may have gone out where there is a connection.
    private func expect(_ outgoing: Outgoing, awaitsResult: Bool, _ continuation: PendingRequests.Reply) {
        state.withLock { state in
            var waiting = PendingRequests.Waiting(
                continuation: continuation,
                request: outgoing.request,
                end: outgoing.end,
                bytes: outgoing.bytes,
                number: outgoing.id
            )
            state.goesOut(&waiting, isGivenAgain: isGivingAgain)
            if awaitsResult { state.results.announce(outgoing.id, waiting.identity) }
            state.pending.expect(outgoing.id, waiting)
        }
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
    ///   - command: what to do. One of `ApiCommand.labNumbers` goes out as `customCommand` too, for services of the Python
    ///     package.
    ///   - customCommand: which command of the lab's own, with `ApiCommand.userDefined`.
    ///   - data: what the command needs.
    ///   - keys: how the keys of the data are spelled, there and back: in camelCase, or byte for byte as they are given, as
    ///     data of another system must be.
    ///   - timeout: how long to wait for a service and for its reply; nil for the options' time.
    ///   - resultTimeout: how long to wait for the result of a pending command; nil for as long as it takes.
    ///   - onPending: called when the command turned out to be pending.
    /// - Throws: ``RpcClientError``, or `CancellationError` where the task is cancelled.
    public func perform(
        _ command: ApiCommand,
        customCommand: JSONValue = -1,
        data: JSONValue = .null,
        keys: KeyRule = .camelCase,
        timeout: Duration? = nil,
        resultTimeout: Duration? = nil,
        onPending: @Sendable (ApiCommandReply) -> Void = { _ in }
    ) async throws -> ApiCommandReply {
        try await perform(
            makeRequest(command, customCommand, data, keys),
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
        let outgoing = try prepare(request, timeout: timeout)
        let id = outgoing.id
        defer {
            if isGivingAgain { transport.forget(id: id) }
            _ = state.withLock { $0.results.forget(id, nonce: request.nonce) }
        }
        let reply = try await send(outgoing, awaitsResult: true)
        guard reply.result == .pendingWithNotification else { return reply }
        onPending(reply)
        let limit = resultTimeout?.saturated
        let giveUp: @Sendable (RpcClientError?) -> Void = { [self] error in
            let (outcome, hindrance) = state.withLock { $0.results.forget(id, nonce: request.nonce) }
            outcome?.resume(returning: .failure(error ?? Self.noResult(within: limit, hindrance)))
        }
        let expire: @Sendable () -> Void = { giveUp(nil) }
        let result = await expiring(after: limit, expire) { [self] isOver in
            await withCheckedContinuation { (continuation: PendingResults.Outcome) in
                let present = state.withLock { $0.results.await(id, nonce: request.nonce, continuation) }
                switch present {
                case .arrived(let response): continuation.resume(returning: .success(response))
                case .lost: continuation.resume(returning: .failure(Self.lostResult))
                case .nothing where isClosed.load(ordering: .acquiring): giveUp(Self.closedWhilePending)
                case .nothing: if isOver() { expire() }
                }
            }
        }
        var final = ApiCommandReply(try finish(result), to: request)
        // As the service called it when it said PENDING, whichever release that speaks.
        final.command = reply.command
        return final
    }

    private func makeRequest(
        _ command: ApiCommand,
        _ custom: JSONValue,
        _ data: JSONValue,
        _ keys: KeyRule
    ) -> ApiCommandRequest {
        let nonce = state.withLock { $0.nextNonce() }
        // To the Python package every lab's command is USER_DEFINED: only this says which.
        let custom = custom == -1 && command.isForLabs ? JSONValue(command.rawValue) : custom
        return ApiCommandRequest(command, customCommand: custom, nonce: nonce, data: data, keys: keys)
    }

    private static func noResult(within limit: Duration?, _ hindrance: Repetition.Hindrance?) -> RpcClientError {
        let time = limit.map { " within \($0)" } ?? ""
        return RpcClientError(
            .noResult,
            "The command is pending; its result did not come\(time). "
                + RpcClientError.Fate.mayHaveRun.sentence(hindrance)
        )
    }

    /// Waits until the connection for what is published stands, or the time is over.
    private func waitForEvents(atMost limit: Duration) async {
        let id = state.withLock { $0.nextID() }
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
                if (try? await Task.sleep(for: limit.saturated)) != nil { expiry.expire() }
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
