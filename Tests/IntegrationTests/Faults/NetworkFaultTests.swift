import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing

/// A network that delays, cuts and repeats, or of which only one end is left.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct NetworkFaultTests {
    @Test func delaysCutsAndRepeatsLeaveBothUsable() async throws {
        let service = try await FaultService()
        let proxy = try FaultyPeers("proxy", service.command)
        let endpoint = try await proxy.says().text("endpoint")
        let options = ClientOptions(timeout: RawPeer.patience, heartbeatInterval: .milliseconds(100))
        let client = try createApiClient(command: endpoint, subscriber: service.subscriber, options: options)
        func expectAnswers(_ numbers: ClosedRange<Int>) async throws {
            for number in numbers {
                #expect(try await client.request(.getStatus, data: JSONValue(number)).data == JSONValue(number))
            }
        }
        try await expectAnswers(1...10)
        // What passes through is late, and comes in pieces of its own.
        try await proxy.tell("delay 0.02")
        try await expectAnswers(11...15)
        try await proxy.tell("delay 0")
        for round in 1...5 {
            // Cut while a command is under way: it is not answered, and the next one is.
            async let lost = client.request(.userDefined, customCommand: 502, timeout: .milliseconds(300))
            try await proxy.tell("cut")
            _ = try? await lost
            try await expectAnswers(100 * round...100 * round + 5)
        }
        // Each request arrives twice and is answered twice; the client takes one answer, and none for the next request.
        try await proxy.tell("repeat")
        try await expectAnswers(1000...1050)
        client.close()
        try await service.expectToServe()
        try await proxy.leave()
        await service.end()
    }

    #if os(Linux)
        /// A link that goes down tells neither end.
        @Test(.enabled(if: getuid() == 0, "only root may make the network namespace that this needs"))
        func aLinkThatIsDownIsNoticedAtBothEnds() async throws {
            let link = try await Link("d")
            do { try await checkBothEnds(of: link) } catch { Issue.record(error) }
            await link.remove()
        }

        private func checkBothEnds(of link: Link) async throws {
            let service = try await FaultService(
                ["--address", link.far],
                launcher: "ip netns exec \(link.namespace)"
            )
            let before = try service.resources()
            let client = try service.client()
            await client.waits(for: .online)
            #expect(try await client.request(.getStatus).result == .success)
            let silent = try FaultyPeers("stalled", service.subscriber)
            _ = try await silent.says()

            try await link.set("down")
            silent.process.send(signal: SIGKILL)
            await client.waits(for: .stale)
            await #expect(throws: RpcClientError.self) {
                try await client.request(.getStatus, timeout: .milliseconds(200))
            }
            if Heavy.isAskedFor {
                // The service's end: TCP gives up the subscribers after 10 s, ZMTP's heartbeats the client after 40.
                var now = try service.resources()
                let duration = try await ContinuousClock().measure {
                    let deadline = ContinuousClock.now + .seconds(90)
                    while now.descriptors > before.descriptors, ContinuousClock.now < deadline {
                        try await Task.sleep(for: .milliseconds(100))
                        now = try service.resources()
                    }
                }
                #expect(now.descriptors <= before.descriptors, "\(before), then \(now)")
                Heavy.report("half-open connections closed after \(duration): \(before), then \(now)")
            }
            try await link.set("up")
            await client.waits(for: .online)
            #expect(try await client.request(.getStatus, timeout: .seconds(60)).result == .success)
            client.close()
            await service.end()
        }
    #endif
}
