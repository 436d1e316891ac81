import GatewayCore

/// A message that is waited for since this was made: what arrives before somebody asks for it is kept.
public struct Expectation: Sendable {
    private let stream: AsyncStream<RigEvent>
    private let events: Set<ExpMessage>

    init(_ stream: AsyncStream<RigEvent>, _ events: Set<ExpMessage>) {
        self.stream = stream
        self.events = events
    }

    /// Waits for the message; to be asked once.
    ///
    /// - Parameter limit: how long to wait; nil for as long as it takes.
    /// - Throws: `GatewayError` `noAnswer` where none came in time, `closed` where the communicator ended;
    ///   `CancellationError` where the task is cancelled.
    public func value(within limit: Duration? = nil) async throws -> RigEvent {
        let names = events.map(\.description).sorted().joined(separator: " or ")
        let error = GatewayError(.noAnswer, "No \(names.isEmpty ? "message" : names) came within \(limit ?? .zero)")
        return try await within(limit, error) {
            for await event in stream { return event }
            try Task.checkCancellation()
            throw GatewayError(.closed, "The communicator was closed")
        }
    }
}

/// What `body` returns, where it does so in time.
///
/// - Throws: `error` where it does not; what `body` throws.
func within<Value: Sendable>(
    _ limit: Duration?,
    _ error: GatewayError,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    guard let limit else { return try await body() }
    return try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await Task.sleep(for: limit.saturated, clock: .continuous)
            throw error
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw error }
        return value
    }
}
