import AcquisitionModel
import DareplaneGateway
import Synchronization

/// What happened in a control room, for a test that waits for it.
final class RoomEvents: Sendable {
    private let stream = AsyncStream.makeStream(of: ControlRoomEvent.self)
    private let seen = Mutex<[ControlRoomEvent]>([])

    /// Takes an event in.
    func add(_ event: ControlRoomEvent) { stream.continuation.yield(event) }

    /// The next event that `body` makes something of; those before it are passed over. For one task.
    func next<Value>(_ body: (ControlRoomEvent) -> Value?) async throws -> Value {
        for await event in stream.stream {
            seen.withLock { $0.append(event) }
            if let value = body(event) { return value }
        }
        throw RoomEventsEnded(seen: seen.withLock { $0 })
    }

    /// Waits for an event.
    func wait(for expected: ControlRoomEvent) async throws {
        _ = try await next { $0 == expected ? true : nil }
    }

    /// Waits until a module is up; its commands.
    @discardableResult
    func up(_ name: String) async throws -> [String] {
        try await next { if case .moduleUp(name, let commands) = $0 { commands } else { nil } }
    }

    /// The next line of JSON that a module prints and that has this key.
    func printed(_ name: String, with key: String = "command") async throws -> JSONValue {
        try await next { event in
            guard case .moduleOutput(name, let line) = event, let json = try? JSONReader.read(line) else { return nil }
            return json[key] == nil ? nil : json
        }
    }
}

/// The test was cancelled, or ran out of time, before the event came.
struct RoomEventsEnded: Error {
    let seen: [ControlRoomEvent]
}
