import AcquisitionModel
import Testing

@testable import AcquisitionRPC

/// When connections are made anew since heartbeats are missed.
@Suite(.timeLimit(.minutes(1)))
struct SilenceTests {
    @Test func connectionsAreMadeAnewLessAndLessOften() {
        var silence = Silence()
        var pauses: [Duration] = []
        for _ in 0..<10 {
            let (connections, pause) = silence.renew(interval: .seconds(1))
            #expect(connections == [.commands, .events])
            pauses.append(pause)
        }
        #expect(pauses == [3, 6, 12, 24, 48, 96, 192, 300, 300, 300].map(Duration.seconds))
        let wasRenewing = silence.end()
        let isRenewing = silence.end()
        #expect(wasRenewing && !isRenewing)
        let (_, pause) = silence.renew(interval: .seconds(1))
        #expect(pause == .seconds(3), "the next silence is a new one")
    }

    @Test func aConnectionThatBringsSomethingIsNotMadeAnew() {
        var silence = Silence()
        silence.heardEvents()
        let first = silence.renew(interval: .seconds(1)).connections
        #expect(first == [.commands, .events], "what came before heartbeats were missed does not count")
        silence.heardEvents()
        let second = silence.renew(interval: .seconds(1)).connections
        #expect(second == [.commands])
        silence.heardReply()
        let third = silence.renew(interval: .seconds(1)).connections
        #expect(third == [.events])
    }

    @Test(arguments: [Duration.seconds(Int64.max), .seconds(3600), .milliseconds(50)])
    func pausesAreBounded(_ interval: Duration) {
        var silence = Silence()
        for _ in 0..<100 { #expect(silence.renew(interval: interval).pause <= .seconds(300)) }
    }

    private let transport = ScriptedTransport()
    private var reconnects: [String] { transport.log.filter { $0.hasPrefix("reconnect") } }

    @Test func bothConnectionsAreMadeAnewWithOrWithoutRetries() async throws {
        for retries in [0, 3] {
            let transport = ScriptedTransport()
            let client = try RpcClient(transport: transport, options: ClientOptions(retries: retries))
            for _ in 0..<3 {
                transport.beat(epoch: 1)
                try await Task.sleep(for: .milliseconds(60))
            }
            while !transport.log.contains("reconnect commands") { await Task.yield() }
            #expect(transport.log.contains("reconnect events"))
            client.close()
        }
    }

    @Test func aServiceWithoutHeartbeatsIsLeftAlone() async throws {
        let client = try RpcClient(transport: transport, options: ClientOptions(heartbeatInterval: .milliseconds(50)))
        transport.onSend = { transport, request, id in transport.reply(to: request, id: id, .success) }
        transport.tell(.commandsConnected(true))
        transport.tell(.eventsConnected(true))
        let end = ContinuousClock.now + .milliseconds(500)
        while ContinuousClock.now < end { _ = try await client.request(.getStatus) }
        #expect(reconnects.isEmpty)
        client.close()
    }
}
