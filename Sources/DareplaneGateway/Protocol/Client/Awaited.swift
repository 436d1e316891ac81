import GatewayCore
import Synchronization

/// Something that a module will say: anybody may wait for the next one.
final class Awaited<Value: Sendable>: Sendable {
    private let state = Mutex(State())

    private struct State {
        var waiting: [UInt64: AsyncStream<Value>.Continuation] = [:]
        var lastID: UInt64 = 0
        var isOver = false
    }

    /// Whether nothing will come any more.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Gives the value to all who wait.
    func deliver(_ value: Value) {
        for continuation in state.withLock({ Array($0.waiting.values) }) { continuation.yield(value) }
    }

    /// Nothing comes any more.
    func end() {
        let waiting = state.withLock { state in
            state.isOver = true
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.finish() }
    }

    /// The next value; nil where none comes in time.
    ///
    /// - Parameters:
    ///   - limit: how long to wait, the asking included.
    ///   - ask: asks for it. Not called where somebody else waits for the answer to the same question.
    func next(within limit: Duration, ask: @escaping @Sendable () async throws -> Void = {}) async throws -> Value? {
        let (stream, continuation) = AsyncStream.makeStream(of: Value.self, bufferingPolicy: .bufferingOldest(1))
        let (id, isFirst) = state.withLock { state in
            state.lastID += 1
            let isFirst = state.waiting.isEmpty
            if state.isOver { continuation.finish() } else { state.waiting[state.lastID] = continuation }
            return (state.lastID, isFirst)
        }
        defer { state.withLock { _ = $0.waiting.removeValue(forKey: id) } }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                if isFirst { try await ask() }
                return await stream.first { _ in true }
            }
            group.addTask {
                try await Task.sleep(for: limit.saturated)
                return nil
            }
            let value = try await group.next() ?? nil
            try Task.checkCancellation()
            return value
        }
    }
}
