import AcquisitionRPC
import DareplaneGateway
import Logging
import Synchronization

extension ModuleServer {
    /// Runs the module while `body` runs.
    func whileRunning<Result: Sendable>(
        _ body: (ListenAddress) async throws -> Result
    ) async throws -> Result {
        let (addresses, inlet) = AsyncStream.makeStream(of: ListenAddress.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                defer { inlet.finish() }
                try await self.run { inlet.yield($0) }
            }
            guard let address = await addresses.first(where: { _ in true }) else {
                try await group.waitForAll()
                throw GatewayError(.closed, "The module ended at once")
            }
            return try await body(address)
        }
    }
}

extension ModuleServerSettings {
    /// A port that is free.
    static let test = ModuleServerSettings(listen: ListenAddress(port: 0))
}

/// What the commands of a module did, as they tell it.
final class Calls: Sendable {
    /// One call.
    struct Call: Sendable, Hashable {
        var name: String
        var arguments: JSONObject

        init(_ name: String, _ arguments: JSONObject = [:]) {
            self.name = name
            self.arguments = arguments
        }
    }

    private let stream: AsyncStream<Call>
    private let inlet: AsyncStream<Call>.Continuation

    init() { (stream, inlet) = AsyncStream.makeStream() }

    func note(_ name: String, _ arguments: JSONObject = [:]) { inlet.yield(Call(name, arguments)) }

    /// The calls up to and with the one of this name, and so many at least. For one reader.
    func all(through name: String, atLeast count: Int = 0) async -> [Call] {
        var calls: [Call] = []
        for await call in stream {
            calls.append(call)
            if calls.count >= count, calls.contains(where: { $0.name == name }) { break }
        }
        return calls
    }

    /// The next call.
    func next() async -> Call? { await stream.first { _ in true } }
}

/// Does something again and again while `body` waits for what comes of it.
func repeating<Result: Sendable>(
    _ action: @escaping @Sendable () async -> Void,
    until body: () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
        defer { group.cancelAll() }
        group.addTask {
            while !Task.isCancelled {
                await action()
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        return try await body()
    }
}
