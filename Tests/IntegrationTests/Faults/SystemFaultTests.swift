import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import Synchronization
import TestSupport
import Testing

/// A system that has no more to give, interrupts all the time, or kills the service.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct SystemFaultTests {
    @Test func withoutDescriptorsTheServiceGoesOnAndRecovers() async throws {
        let service = try await FaultService(shell: "ulimit -n 64;")
        let client = try service.client()
        #expect(try await client.request(.getStatus).result == .success)
        await client.waits(for: .online)
        let before = try service.resources()
        let strangers = try FaultyPeers("crowd", service.command, "DEALER", "100", "0")
        // All are taken but the reserve, and more connections were refused.
        #if os(Linux)
            let places = 64 - DescriptorReserve().size(at: 64)
        #else
            let places = 64
        #endif
        #expect(await becomes { (try? service.resources().descriptors) ?? 0 >= places - 1 })
        // Who was there before is served all the same, and hears events.
        for number in 1...20 {
            #expect(try await client.request(.getStatus, data: JSONValue(number)).data == JSONValue(number))
        }
        try await expectEvents(10, of: service, at: client)
        // A blocked delegate costs no descriptor either.
        #expect(try await client.request(.userDefined, customCommand: 501).result == .pendingWithNotification)
        #expect(try await client.request(.getStatus).result == .success)
        try await strangers.leave()
        // The thread that blocks stays.
        #expect(await becomes { (try? service.resources().descriptors) ?? .max <= before.descriptors })
        try await service.expectToServe()
        client.close()
        await service.end()
    }

    #if os(Linux)
        /// The system has no thread to give while a delegate blocks for good: stops go through, and when it has some
        /// again, all does.
        @Test func withoutThreadsStopsAreCarriedOutAndTheServiceRecovers() async throws {
            let service = try await FaultService(launcher: Self.somebody.joined(separator: " "))
            let client = try service.client()
            #expect(try await client.request(.getStatus).result == .success)
            try await limitThreads(of: service, to: 1)
            #expect(try await client.request(.userDefined, customCommand: 501).result == .pendingWithNotification)
            for _ in 0..<3 { #expect(try await client.request(.emergencyStop).result == .success) }
            #expect(try await client.request(.none).result == .success)
            let refused = try await client.request(.getStatus)
            #expect(refused.result == .unavailable && refused.errorMessage?.contains("(rule: blocked)") == true)
            #expect(try await client.request(.emergencyStop).result == .success)
            try await limitThreads(of: service, to: 4_096)
            var reply = refused
            while reply.result == .unavailable { reply = try await client.request(.getStatus) }
            #expect(reply.result == .success)
            #expect(try await client.request(.userDefined, customCommand: 501).result == .pendingWithNotification)
            try await service.expectToServe()
            client.close()
            await service.end()
        }

        /// What makes a program run as somebody whom the limit binds, which it does not root.
        private static let somebody =
            getuid() == 0 ? ["/usr/bin/setpriv", "--reuid", "65534", "--clear-groups"] : ["/usr/bin/env"]

        /// Sets the soft limit, which may be raised again.
        private func limitThreads(of service: FaultService, to count: Int) async throws {
            let words = Self.somebody + ["prlimit", "--pid", "\(service.process.identifier)", "--nproc=\(count):"]
            #expect(try await ToolProcess(words[0], Array(words.dropFirst())).status() == 0)
        }
    #endif

    @Test func aThousandSignalsASecondDisturbNothing() async throws {
        let service = try await FaultService(["--alarms", "1000"])
        let client = try service.client()
        await client.waits(for: .online)
        for number in 1...300 {
            #expect(try await client.request(.getStatus, data: JSONValue(number)).data == JSONValue(number))
        }
        try await expectEvents(100, of: service, at: client)
        // What waits with a time limit still does.
        #expect(try await client.request(.userDefined, customCommand: 501).result == .pendingWithNotification)
        try service.process.write("stop")
        let stopped = try JSONReader.read(await service.process.line { $0.contains("stop") })
        #expect(try #require(stopped["stop"]?.double) < 2)
        client.close()
        await service.end()
    }

    @Test func aServiceThatIsKilledAndComesBackIsFound() async throws {
        let first = try await FaultService()
        let client = try first.client()
        await client.waits(for: .online)
        let ports = [first.subscriber, first.command].map { String($0.split(separator: ":").last ?? "") }
        var service = first
        for round in 1...3 {
            // Killed while it has a request.
            let asked = Task { try await client.request(.userDefined, customCommand: 502, timeout: .milliseconds(500)) }
            await service.end()
            _ = await asked.result
            await client.waits(for: .offline)
            service = try await FaultService(["--subscriber-port", ports[0], "--command-port", ports[1]])
            await client.waits(for: .online)
            #expect(try await client.request(.getStatus, data: JSONValue(round)).data == JSONValue(round))
        }
        client.close()
        await service.end()
    }

    /// Whose client connects anew, which the system does for the service while that hangs.
    @Test func aServiceThatHangsDoesLaterNothingThatWasGivenUp() async throws {
        let service = try await FaultService(["--deduplicate", "60"])
        let client = try createApiClient(
            command: service.command,
            subscriber: service.subscriber,
            options: ClientOptions(timeout: RawPeer.patience, retries: 1, heartbeatInterval: .milliseconds(100))
        )
        await client.waits(for: .online)
        service.process.halt()
        // Before the new connection has had its 5 s to say hello.
        let deadline = ContinuousClock.now + .seconds(4)
        while client.isConnected, ContinuousClock.now < deadline { await Task.yield() }
        await #expect {
            try await client.request(.getStatus, data: "given up", timeout: .milliseconds(200))
        } throws: {
            ($0 as? RpcClientError)?.code == .noPeer
        }
        service.process.send(signal: SIGCONT)
        #expect(try await client.request(.getStatus, data: "after").data == "after")
        var commands = 0
        for await message in client.messages(topics: [.heartbeat]) {
            guard case .heartbeat(let heartbeat) = message.content else { continue }
            commands = heartbeat.counters["commands"] ?? 0
            if commands > 0 { break }
        }
        #expect(commands == 1)
        client.close()
        await service.end()
    }

    @Test func startingAndStoppingLeavesNothingBehind() async throws {
        func cycle() async throws {
            let service = try Bench.service()
            service.setDelegate { _ in .success() }
            try service.start()
            try service.sendString(.event, "nobody hears it")
            await service.stop()
        }
        for _ in 0..<50 { try await cycle() }
        let before = try #require(ProcessResources())
        let count = Heavy.count(10_000, short: 200)
        let duration = try await ContinuousClock().measure { for _ in 0..<count { try await cycle() } }
        let after = try await before.awaited(within: RawPeer.patience) { try #require(ProcessResources()) }
        #expect(after.descriptors <= before.descriptors + 2, "\(before), then \(after)")
        #expect(after.threads <= before.threads + 2, "\(before), then \(after)")
        if let growth = after.growth(since: before) { #expect(growth < 8, "\(before), then \(after)") }
        Heavy.report("\(count) starts and stops in \(duration): \(before), then \(after)")
    }

    /// By a stranger, and by the service's own other socket.
    @Test func aPortThatIsTakenIsNamed() async throws {
        let stranger = try FaultyPeers("proxy", "tcp://127.0.0.1:1")
        let taken = try await stranger.says().text("endpoint")
        let port = try #require(taken.split(separator: ":").last.flatMap { UInt16($0) })
        for isSubscriber in [true, false] {
            let service = try Bench.service { options in
                if isSubscriber { options.subscriberPort = port } else { options.commandPort = port }
            }
            let error = expectError(.cannotBind) { () throws(RpcServiceError) in try service.start() }
            #expect(error?.endpoint == taken && error?.errno == EADDRINUSE)
        }
        try await stranger.leave()
        let both = try Bench.service { options in
            options.subscriberPort = port
            options.commandPort = port
        }
        let error = expectError(.cannotBind) { () throws(RpcServiceError) in try both.start() }
        #expect(error?.endpoint == taken)
        // Nothing stays bound.
        let service = try Bench.service { $0.commandPort = port }
        try service.start()
        await service.stop()
    }

    /// Expects that events are heard without a gap from the first one that is.
    private func expectEvents(_ count: Int, of service: FaultService, at client: RpcClient) async throws {
        let events = client.messages(topics: [.event])
        // Not cancelled, which would end the reading of the process's output for good.
        let isHeard = Mutex(false)
        let publishing = Task {
            var number = 0
            while !isHeard.withLock({ $0 }) {
                number += 1
                try await service.publish(number)
            }
        }
        var numbers: [Int] = []
        for await message in events {
            guard case .event(let event) = message.content else { continue }
            numbers.append(event.context["number"]?.int ?? 0)
            if numbers.count == count { break }
        }
        isHeard.withLock { $0 = true }
        #expect(numbers == (0..<count).map { $0 + (numbers.first ?? 0) })
        try await publishing.value
    }
}
