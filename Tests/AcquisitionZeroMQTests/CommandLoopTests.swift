import AcquisitionModel
import AcquisitionRPC
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing
import ZeroMQ

@testable import AcquisitionZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct CommandLoopTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func aReplyThatIsThereWhenTheLoopStopsIsSent() async throws {
        let context = try Context()
        let router = try context.socket(.router)
        try router.bind("tcp://127.0.0.1:*")
        let endpoint = try router.lastEndpoint
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let loop = try CommandLoop(
            router: router,
            handler: { _ in
                enter.yield()
                // The delegate has answered; writing a large reply takes its time.
                usleepBlocking(50_000)
                return Array("answer".utf8)
            },
            logger: logger
        )
        #expect(loop.start())
        let dealer = try context.socket(.dealer)
        try dealer.set(.receiveTimeout, to: .seconds(5))
        try dealer.connect(endpoint)
        try dealer.send(Message("", "request"))
        for await _ in entered.prefix(1) {}
        await onAThread { loop.stop(linger: .milliseconds(500)) }
        #expect(try dealer.receive().frames.last == Array("answer".utf8))
    }

    @Test func withEveryThreadBlockedOnlyAnEmergencyStopIsCarriedOut() async throws {
        let service = try #require(createApiService(.onFreePorts { $0.pendingAfter = .milliseconds(20) }))
        let first = DispatchSemaphore(value: 0)
        let rest = DispatchSemaphore(value: 0)
        service.setDelegate { request in
            switch request.number?.rawValue {
            case 9001: first.waitBlocking()
            case 9002: rest.waitBlocking()
            default: break
            }
            return .success()
        }
        try service.start()
        let client = try service.connect()
        for number in [9001] + Array(repeating: 9002, count: 62) {
            let reply = try await client.request(ApiCommandRequest(ApiCommand(rawValue: number), nonce: 1))
            #expect(reply.result == .pendingWithNotification)
        }
        let refused = try await client.request(.getStatus)
        #expect(refused.result == .unavailable && refused.errorKind == .systemError)
        #expect(refused.errorMessage?.contains("(rule: blocked)") == true)
        #expect(try await client.request(.emergencyStop).result == .success)
        #expect(try await client.request(.none).result == .success)
        first.signal()
        var reply = refused
        while reply.result == .unavailable { reply = try await client.request(.getStatus) }
        #expect(reply.result == .success)
        for _ in 0..<62 { rest.signal() }
        client.close()
        await service.stop()
    }

    /// 900 commands of 20 ms, against threads that do nothing but sleep for as long.
    @Test func delegatesThatBlockBeginAtOnce() async throws {
        let service = try #require(createApiService(.onFreePorts { $0.pendingAfter = nil }))
        let running = Mutex((now: 0, most: 0))
        service.setDelegate { _ in
            running.withLock { count in
                count.now += 1
                count.most = max(count.most, count.now)
            }
            blockingSleep(0.02)
            running.withLock { $0.now -= 1 }
            return .success()
        }
        try service.start()
        let client = try service.connect()
        // The machine may have other things to do meanwhile.
        var ratio = Double.infinity
        for _ in 0..<3 where ratio >= 2 {
            let duration = try await ContinuousClock().measure {
                try await withThrowingTaskGroup { group in
                    for _ in 0..<900 {
                        group.addTask { try await client.request(.getStatus, timeout: .seconds(30)).result }
                    }
                    for try await result in group { #expect(result == .success, "it waits rather than being refused") }
                }
            }
            ratio = min(ratio, duration / (await onAThread { timeOfSleeps(0.02, threads: 60, each: 15) }))
        }
        #expect(ratio < (Sanitizer.current == nil ? 2 : 10), "against threads that do nothing but sleep")
        #expect(running.withLock { $0.most } <= 63, "a place is kept")
        client.close()
        await service.stop()
    }

    @Test func everyCommandThatRanIsAnsweredWhenTheServiceStops() async throws {
        for _ in 0..<15 {
            let service = try #require(createApiService(.onFreePorts()))
            let ran = Atomic(0)
            service.setDelegate { request in
                ran.add(1, ordering: .relaxed)
                if request.nonce.int?.isMultiple(of: 2) == true { await Task.yield() }
                return .success()
            }
            try service.start()
            let client = try service.connect()
            _ = try await client.request(.getStatus)
            let replies = await withTaskGroup { group in
                for nonce in 1...20 {
                    group.addTask {
                        let request = ApiCommandRequest(.getStatus, nonce: JSONValue(nonce))
                        return (try? await client.request(request, timeout: .milliseconds(500)))?.result
                    }
                }
                group.addTask {
                    await service.stop()
                    return nil
                }
                var replies = 1
                for await result in group where result == .success || result == .failed { replies += 1 }
                return replies
            }
            #expect(replies >= ran.load(ordering: .relaxed), "every delegate that ran has its reply")
            client.close()
        }
    }

    @Test func aServiceStartsAndStopsManyTimes() async throws {
        for _ in 0..<100 {
            let service = try #require(createApiService(.onFreePorts()))
            service.setDelegate { [weak service] _ in
                await service?.stop()
                return .success()
            }
            try service.start()
            let client = try service.connect()
            #expect(try await client.request(.getStatus).result == .failed)
            client.close()
            await service.stop()
        }
    }

    @Test func aThousandCommandsAtOnceAreAllAnswered() async throws {
        let service = try #require(createApiService(.onFreePorts { $0.pendingAfter = nil }))
        let runs = Mutex<[JSONValue: Int]>([:])
        service.setDelegate { request in
            runs.withLock { $0[request.nonce, default: 0] += 1 }
            if request.nonce.int?.isMultiple(of: 3) == true { await Task.yield() }
            return .success(request.nonce)
        }
        try service.start()
        let client = try service.connect()
        let answered = try await withThrowingTaskGroup { group in
            for nonce in 1...1000 {
                group.addTask {
                    let request = ApiCommandRequest(.getStatus, nonce: JSONValue(nonce))
                    return try await client.request(request, timeout: .seconds(20)).data == JSONValue(nonce)
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answered == 1000)
        #expect(runs.withLock { $0.count == 1000 && $0.values.allSatisfy { $0 == 1 } }, "each ran once")
        client.close()
        await service.stop()
    }

    @Test func aRestartedServiceIsFoundAndGetsNothingOfBefore() async throws {
        let first = try #require(createApiService(.onFreePorts()))
        try first.start()
        let client = try first.connect()
        let endpoint = try #require(first.endpoints?.command.first)
        let port = try #require(endpoint.split(separator: ":").last.flatMap { UInt16($0) })
        for turn in 0..<10 {
            if turn == 0 {
                _ = try await client.request(.none)
                await stop(first, client)
            }
            let service = try #require(createApiService(.onFreePorts { $0.commandPort = port }))
            let seen = Mutex<[JSONValue]>([])
            service.setDelegate { request in
                seen.withLock { $0.append(request.nonce) }
                return .success()
            }
            // Given up before there is a service to take it.
            await #expect(throws: RpcClientError.self) {
                try await client.request(ApiCommandRequest(.getStatus, nonce: "lost"), timeout: .milliseconds(5))
            }
            try service.start()
            let request = ApiCommandRequest(.getStatus, nonce: JSONValue(turn + 1))
            let reply = try await client.request(request, timeout: .seconds(20))
            #expect(reply.result == .success)
            await stop(service, client)
            #expect(seen.withLock { $0 } == [JSONValue(turn + 1)])
            if turn < 9 { try await keepAlive(port, client) }
        }
        client.close()
    }

    /// A service for one ping, so that the next turn begins with a connection that is lost.
    private func keepAlive(_ port: UInt16, _ client: RpcClient) async throws {
        let service = try #require(createApiService(.onFreePorts { $0.commandPort = port }))
        try service.start()
        _ = try await client.request(.none)
        await stop(service, client)
    }

    /// Stops the service and waits until the client has noticed: what it sends in between may be lost with the
    /// connection, and is not repeated by itself.
    private func stop(_ service: any RpcService, _ client: RpcClient) async {
        await service.stop()
        while client.isConnected { await Task.yield() }
    }
}

private func usleepBlocking(_ microseconds: UInt32) { Thread.sleep(forTimeInterval: Double(microseconds) / 1e6) }

extension DispatchSemaphore {
    fileprivate func waitBlocking() { wait() }
}
