import GatewayCore
import LiaisonGateway
import Logging
import Testing

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

    /// An address that is free, and that the system gives to nobody of its own accord.
    static func lastingAddress() async throws -> ListenAddress {
        while true {
            do {
                return try await run {
                    $0.listen.port = Int.random(in: 20_000..<30_000)
                } body: {
                    $0.address
                }
            } catch let error as GatewayError where error.code == .cannotListen {}
        }
    }

    /// A client that is connected, or will be.
    func client<Value: Sendable>(
        _ options: LiaisonClient.Options = .patient,
        body: @Sendable (LiaisonClient) async throws -> Value
    ) async throws -> Value {
        try await LiaisonClient(address, options: options, logger: .quiet).whileConnected(body)
    }
}

extension LiaisonClient {
    /// The server lives.
    func expectPong(_ location: SourceLocation = #_sourceLocation) async throws {
        let answer = try await request(LiaisonCommand(.ping))
        #expect(answer == "pong", sourceLocation: location)
    }

    /// Runs the client while `body` does something with it.
    func whileConnected<Value: Sendable>(_ body: @Sendable (LiaisonClient) async throws -> Value) async throws -> Value
    {
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

extension LiaisonClient.Options {
    /// On a machine that is busy with other tests.
    static var patient: LiaisonClient.Options {
        var options = LiaisonClient.Options()
        options.timeout = .seconds(30)
        return options
    }
}

extension Logger {
    /// Tells nobody.
    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
