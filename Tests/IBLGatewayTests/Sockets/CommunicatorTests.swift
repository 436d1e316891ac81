import GatewayCore
import IBLGateway
import TestSupport
import Testing

/// Communicators over real sockets.
@Suite(.timeLimit(.minutes(1)))
struct CommunicatorTests {
    @Test(arguments: RigURI.Transport.allCases)
    func everyMessageArrives(_ transport: RigURI.Transport) async throws {
        try await withPair(transport) { server, client in
            var heard = server.messages().makeAsyncIterator()
            let reference = try ExperimentReference("2026-01-01_1_mouse")
            try await client.initialize(["a": 1])
            try await client.start(reference)
            try await client.stop("x")
            try await client.stop(immediately: true)
            try await client.cleanup()
            try await client.status(.running)
            try await client.info(.stopped, [1, 2])
            try await client.alyx(MessageTests.login)
            let expected: [RigMessage] = [
                .initialize(["a": 1]), .start(reference), .stop("x"), .stop(immediately: true), .cleanup(),
                .status(.running), .info(.stopped, [1, 2]), .alyx(MessageTests.login),
            ]
            for message in expected { #expect(await heard.next()?.message == message) }
        }
    }

    @Test(arguments: RigURI.Transport.allCases)
    func manyAtOnceQueue(_ transport: RigURI.Transport) async throws {
        try await withPair(transport) { server, client in
            let heard = server.messages()
            try await withThrowingDiscardingTaskGroup { group in
                for number in 0..<100 { group.addTask { try await client.info(.running, .init(number)) } }
            }
            var numbers: Set<Int> = []
            for await event in heard {
                numbers.insert(try #require(event.message.data.int))
                if numbers.count == 100 { break }
            }
        }
    }

    /// `[1, 5][0, "ValueError: …", 1]` in one segment is what the original would send here (`protocol/iblutil.md`, I28).
    @Test(arguments: RigURI.Transport.allCases)
    func aCallbackThatFailsIsReported(_ transport: RigURI.Transport) async throws {
        struct Broken: Error, CustomStringConvertible { let description = "no pellets" }
        try await withPair(transport) { server, client in
            server.onMessage([.start]) { _ in throw Broken() }
            server.onMessage([.start]) { _ in Issue.record("the second callback hears of it") }
            let answer = client.expect([.error, .start])
            let begin = ContinuousClock.now
            try await client.start(nil)
            let failure = try #require(try await answer.value(within: .seconds(5)).message.failure)
            #expect(failure.text == "Broken: no pellets" && failure.event == .start)
            #expect(ContinuousClock.now - begin >= .milliseconds(50))
            server.removeCallbacks()
            try await client.start(nil)
        }
    }

    @Test(arguments: RigURI.Transport.allCases)
    func everyClientHasItsOwnConversation(_ transport: RigURI.Transport) async throws {
        let server = Communicator.server(transport)
        server.onMessage { event in try await server.send(event.message, to: event.peer) }
        try await server.whileRunning { uri in
            try await withThrowingDiscardingTaskGroup { group in
                for number in 0..<5 {
                    group.addTask {
                        let client = Communicator.client(uri)
                        try await client.whileRunning { _ in
                            let answer = client.expect([.initialize, .info])
                            try await client.initialize(.init(number))
                            let data = try await answer.value(within: .seconds(10)).message.data
                            #expect(data.int == number)
                        }
                    }
                }
            }
            try await until { transport == .udp || server.peers.isEmpty }
        }
    }

    @Test(arguments: RigURI.Transport.allCases)
    func severalEventsAtOnceAndWaitsThatEnd(_ transport: RigURI.Transport) async throws {
        try await withPair(transport) { server, client in
            let either = server.expect([.end, .interrupt])
            try await client.status(.running)
            try await client.stop(immediately: true)
            #expect(try await either.value().message.event == .interrupt)
            await #expect { try await server.event([.cleanup], within: .milliseconds(20)) } throws: { error in
                (error as? GatewayError)?.code == .noAnswer
            }
            let waiting = Task { try await server.event([.cleanup]) }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
        }
    }

    @Test(arguments: RigURI.Transport.allCases)
    func loginsAreAskedForAndGiven(_ transport: RigURI.Transport) async throws {
        try await withPair(transport) { server, client in
            server.onMessage([.alyx]) { event in
                #expect(event.message.elements == ["https://alyx", [:]] && event.message.login == nil)
                try await server.alyx(MessageTests.login, to: event.peer)
            }
            let login = try await client.requestAlyx(url: "https://alyx")
            #expect(login == MessageTests.login)
        }
    }

    @Test func aLostEchoHarmsNothingElse() async throws {
        let place = Communicator.server(.udp)
        let uri = try await place.whileRunning { $0 }
        let client = Communicator.client(uri)
        try await client.whileRunning { _ in
            await #expect { try await client.send(.initialize(), timeout: .milliseconds(100)) } throws: { error in
                "\(error)" == "\(uri): The message was not echoed within 0.1 seconds"
            }
            let server = Communicator(.server, at: uri, logger: quiet)
            try await server.whileRunning { _ in try await client.initialize() }
        }
    }

    @Test func aConnectionThatEnds() async throws {
        let server = Communicator.server(.tcp)
        let (clients, client) = AsyncStream.makeStream(of: Communicator.self)
        let running = Task {
            try await server.whileRunning { uri in
                let new = Communicator.client(uri)
                let run = Task { try await new.run { _ in client.yield(new) } }
                for await _ in clients { break }
                try await new.initialize()
                return (new, run)
            }
        }
        let (orphan, run) = try await running.value
        await #expect { try await run.value } throws: { ($0 as? GatewayError)?.code == .notConnected }
        await #expect { try await orphan.initialize() } throws: { ($0 as? GatewayError)?.code == .notConnected }
        await #expect { try await orphan.run() } throws: { ($0 as? GatewayError)?.code == .closed }
    }

    @Test func whatCannotBe() async throws {
        let server = Communicator.server(.tcp, limits: GatewayLimits(connections: 1))
        await #expect { try await server.initialize() } throws: { ($0 as? GatewayError)?.code == .notConnected }
        try await server.whileRunning { uri in
            await #expect { try await server.initialize() } throws: { ($0 as? GatewayError)?.code == .badValue }
            let second = Communicator(.server, at: uri, logger: quiet)
            await #expect { try await second.run() } throws: { ($0 as? GatewayError)?.code == .cannotListen }
            let client = Communicator.client(uri)
            try await client.whileRunning { peer in
                try await client.initialize()
                let elsewhere = RigURI(.tcp, port: 1)
                await #expect { try await client.initialize(to: elsewhere) } throws: { "\($0)".contains("\(peer)") }
                let one = Communicator.client(uri)
                await #expect { try await one.whileRunning { _ in try await one.initialize() } } throws: {
                    ($0 as? GatewayError)?.code == .notConnected
                }
            }
        }
        let nobody = Communicator.client(RigURI(.tcp, port: 1))
        await #expect { try await nobody.run() } throws: { ($0 as? GatewayError)?.code == .cannotConnect }
    }
}
