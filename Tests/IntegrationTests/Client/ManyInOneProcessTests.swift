import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing

/// Very many clients, and many services, in one process.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ManyInOneProcessTests {
    /// What the system lets this process have.
    private static let descriptors = DescriptorLimit.raise()?.current ?? 0

    /// What a client may take: two sockets with a monitor each, of two ends, two connections, and what wakes its thread.
    private static let perClient = 9

    @Test(.enabled(if: descriptors > 12_000, "a thousand clients take 9,000 descriptors here"))
    func aThousandClientsAreAnsweredAndLeaveNothingBehind() async throws {
        let count = Sanitizer.current == nil ? 1_000 : 200
        let service = try await FaultService()
        try await service.expectToServe()
        let before = try #require(ProcessResources())
        let clients = try (0..<count).map { _ in try service.client() }
        // They are still referred to when it is looked whether they have let go of everything.
        defer { withExtendedLifetime(clients) {} }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, client) in clients.enumerated() {
                group.addTask {
                    let reply = try await client.request(.getStatus, data: JSONValue(number))
                    #expect(reply.data == JSONValue(number))
                }
            }
            try await group.waitForAll()
        }
        let during = try #require(ProcessResources())
        Heavy.report("\(count) clients: \(before), then \(during)")
        #expect(during.descriptors - before.descriptors <= count * Self.perClient + 50)
        #expect(during.threads - before.threads <= count + 50)
        // One by one, and those that stay are served.
        for client in clients.dropLast() { client.close() }
        let last = try #require(clients.last)
        #expect(try await last.request(.getStatus, data: "last").data == "last")
        last.close()
        let after = try await before.awaited(within: RawPeer.patience) { try #require(ProcessResources()) }
        #expect(after.descriptors <= before.descriptors + 2, "\(before), \(during), then \(after)")
        #expect(after.threads <= before.threads + 2, "\(before), \(during), then \(after)")
        try await service.expectToServe()
        await service.end()
    }

    @Test(.enabled(if: descriptors > 6_000, "they take 20 descriptors each, and their clients 9"))
    func manyServicesServeAtOnceAndLeaveNothingBehind() async throws {
        func client(of service: any RpcService) throws -> RpcClient {
            let endpoints = try #require(service.endpoints)
            return try createApiClient(
                command: try #require(endpoints.command.first),
                subscriber: try #require(endpoints.subscriber.first),
                options: ClientOptions(timeout: RawPeer.patience)
            )
        }
        let before = try #require(ProcessResources())
        let services = try (0..<Heavy.count(200, short: 40)).map { number in
            let service = try Bench.service()
            service.setDelegate { _ in .success(JSONValue(number)) }
            try service.start()
            return service
        }
        let during = try #require(ProcessResources())
        for (number, service) in services.enumerated() {
            let client = try client(of: service)
            #expect(try await client.request(.getStatus).data == JSONValue(number))
            client.close()
        }
        for service in services { await service.stop() }
        let after = try await before.awaited(within: RawPeer.patience) { try #require(ProcessResources()) }
        Heavy.report("\(services.count) services: \(before), \(during), then \(after)")
        #expect(after.descriptors <= before.descriptors + 2, "\(before), \(during), then \(after)")
        #expect(after.threads <= before.threads + 2, "\(before), \(during), then \(after)")
    }

    /// The limit that was met, and what can be done about it; and nothing ends the process.
    @Test func whereDescriptorsAreShortTheErrorSaysSo() async throws {
        let service = try await FaultService(shell: "ulimit -n 64;")
        // What all clients share, once and for all.
        try service.process.write("clients 1")
        _ = try await service.process.line { $0.contains("clients") }
        let before = try service.resources()
        for _ in 0..<3 {
            try service.process.write("clients 100")
            let said = try JSONReader.read(await service.process.line { $0.contains("clients") })
            #expect(try said.number("clients") < 10)
            let error = try said.text("error")
            #expect(error.contains("open files") && error.contains("64") && error.contains("ulimit -n"), "\(error)")
            let after = try await service.resources(whenBackTo: before)
            #expect(after.descriptors <= before.descriptors, "\(before), then \(after)")
        }
        try await service.expectToServe()
        await service.end()
    }

    /// Starts, or says why not: libzmq itself would end the process.
    @Test(arguments: 12...30)
    func aServiceThatFindsNoDescriptorsSaysSo(_ limit: Int) async throws {
        let program = ToolProcess.products.appending(path: "fault-peer").path
        let process = try ToolProcess("/bin/sh", ["-c", #"ulimit -n \#(limit); exec "$0""#, program])
        try process.closeInput()
        let status = await process.status()
        #expect(status == 0 || status == 1 && process.errorsSoFar.contains("open files"), "\(process.errorsSoFar)")
    }
}
