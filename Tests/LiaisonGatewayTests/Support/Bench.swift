import GatewayCore
import LiaisonGateway
import Logging
import Synchronization

/// A server that runs while a test does something.
struct Bench: Sendable {
    let server: LiaisonServer
    let address: ListenAddress

    static func run<Value: Sendable>(
        _ companion: LiaisonCompanion = LiaisonCompanion(),
        _ change: (inout LiaisonServer.Options) -> Void = { _ in },
        body: @Sendable (Bench) async throws -> Value
    ) async throws -> Value {
        var options = LiaisonServer.Options(listen: ListenAddress(port: 0))
        change(&options)
        let server = LiaisonServer(companion: companion, options: options, logger: .quiet)
        let (addresses, told) = AsyncStream.makeStream(of: ListenAddress.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { told.finish() }
                try await server.run { told.yield($0) }
            }
            guard let address = await addresses.first(where: { _ in true }) else {
                try await group.waitForAll()
                throw GatewayError(.cannotListen, "The server ended at once")
            }
            let value = try await body(Bench(server: server, address: address))
            group.cancelAll()
            try await group.waitForAll()
            return value
        }
    }

    /// A client that is connected, or will be.
    func client<Value: Sendable>(
        _ options: LiaisonClient.Options = LiaisonClient.Options(),
        body: @Sendable (LiaisonClient) async throws -> Value
    ) async throws -> Value {
        try await LiaisonClient(address, options: options, logger: .quiet).whileConnected(body)
    }
}

extension LiaisonClient {
    /// Runs the client while `body` does something with it.
    func whileConnected<Value: Sendable>(_ body: @Sendable (LiaisonClient) async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.run() }
            let value = try await body(self)
            group.cancelAll()
            // What ends a connection at the end of a test is no failure of it.
            _ = await group.nextResult()
            return value
        }
    }
}

extension Logger {
    /// Tells nobody.
    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
