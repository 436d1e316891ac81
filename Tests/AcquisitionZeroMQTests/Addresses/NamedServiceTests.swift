import AcquisitionModel
import Synchronization
import TestSupport
import Testing

@testable import AcquisitionRPC
@testable import AcquisitionZeroMQ

/// Clients that find their service by a name, over real sockets.
@Suite(.timeLimit(.minutes(1)))
struct NamedServiceTests {
    /// A resolver whose answer can be changed.
    private final class Names: Sendable {
        private let answer: Mutex<HostResolver.Answer>
        let lookUps = Atomic(0)

        init(_ answer: HostResolver.Answer) { self.answer = Mutex(answer) }

        convenience init(_ addresses: String...) { self.init(.success(addresses.compactMap { IPAddress($0) })) }

        func change(to addresses: String...) {
            answer.withLock { $0 = .success(addresses.compactMap { IPAddress($0) }) }
        }

        var resolver: HostResolver {
            HostResolver { [self] _ in
                lookUps.add(1, ordering: .relaxed)
                return answer.withLock { $0 }
            }
        }
    }

    private func service(at addresses: String..., ports: (UInt16, UInt16) = (0, 0)) throws -> any RpcService {
        var options = RpcOptions(heartbeatInterval: .milliseconds(100))
        (options.subscriberPort, options.commandPort) = ports
        options.bind = .addresses(addresses)
        let service = try #require(createApiService(ApiOptions(rpc: options)))
        service.setDelegate { _ in .success(["here": true]) }
        try service.start()
        return service
    }

    private func ports(of service: any RpcService) throws -> (UInt16, UInt16) {
        let port = { (endpoint: String?) in endpoint?.split(separator: ":").last.flatMap { UInt16($0) } }
        let endpoints = try #require(service.endpoints)
        return (try #require(port(endpoints.subscriber.first)), try #require(port(endpoints.command.first)))
    }

    private func client(
        _ names: Names,
        _ ports: (UInt16, UInt16),
        timeout: Duration = .seconds(20)
    ) throws -> RpcClient {
        let transport = try ZeroMQClientTransport(
            command: "tcp://rig:\(ports.1)",
            subscriber: "tcp://rig:\(ports.0)",
            credentials: nil,
            mostBytes: 1 << 20,
            resolver: names.resolver
        )
        return try RpcClient(transport: transport, options: ClientOptions(timeout: timeout))
    }

    /// Hears something and is answered.
    private func expectService(_ client: RpcClient) async throws {
        #expect(try await client.request(.getStatus).data == ["here": true])
        for await case .heartbeat in client.messages(topics: [.heartbeat]).map(\.content) { return }
        Issue.record("No heartbeat came")
    }

    @Test func aNameOfIPv6AloneIsReached() async throws {
        let service = try service(at: "::1")
        let client = try client(Names("::1"), ports(of: service))
        try await expectService(client)
        client.close()
        await service.stop()
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func allAddressesOfANameAreTried(_ address: String) async throws {
        let service = try service(at: address)
        // At the first nobody listens, whichever family it is of.
        let client = try client(Names("::1", "127.0.0.2", "127.0.0.1"), ports(of: service))
        try await expectService(client)
        client.close()
        await service.stop()
    }

    @Test func aNameThatIsNoneIsToldAtOnceAndLookedUpAgain() async throws {
        let service = try service(at: "127.0.0.1")
        let names = Names(.failure(.unknown("rig", "no such name")))
        let client = try client(names, ports(of: service), timeout: .seconds(60))
        let began = ContinuousClock.now
        for _ in 0..<3 {
            let error = await #expect(throws: RpcClientError.self) { try await client.request(.getStatus) }
            #expect(error?.code == .unknownHost && error?.message.contains("'rig'") == true)
        }
        #expect(ContinuousClock.now - began < .seconds(10))
        #expect(client.refusal?.code == .unknownHost && client.currentLiveness == .offline)
        let result = await #expect(throws: RpcClientError.self) { try await client.perform(.getStatus) }
        #expect(result?.code == .unknownHost)
        names.change(to: "127.0.0.1")
        #expect(await becomes { client.isConnected })
        try await expectService(client)
        #expect(client.refusal == nil)
        client.close()
        await service.stop()
    }

    @Test func whoeverAsksWithoutEndDoesNotFloodTheNameServer() async throws {
        let names = Names(.failure(.unknown("rig", "no such name")))
        let client = try client(names, (1, 2), timeout: .seconds(60))
        let began = ContinuousClock.now
        for _ in 0..<5 { _ = try? await client.request(.getStatus) }
        let time = ContinuousClock.now - began
        // Both sockets look by themselves, the one for commands also where it is asked.
        let most = 8 + 2 * Int(time / AddressRotation.shortestInterval)
        #expect(names.lookUps.load(ordering: .relaxed) <= most, "\(time)")
        client.close()
    }

    @Test func aResolverThatFailsForAWhileIsNoEnd() async throws {
        let service = try service(at: "127.0.0.1")
        let names = Names(.failure(.undecided("rig", "no server answers")))
        let client = try client(names, ports(of: service))
        async let reply = client.request(.getStatus)
        #expect(await becomes { names.lookUps.load(ordering: .relaxed) >= 2 })
        names.change(to: "127.0.0.1")
        // Answered, or told that the name could not be looked up; then the next one is answered.
        do {
            #expect(try await reply.data == ["here": true])
        } catch let error as RpcClientError {
            #expect(error.code == .unknownHost)
        }
        try await expectService(client)
        client.close()
        await service.stop()
    }

    @Test func aServiceThatMovesToAnotherAddressIsFound() async throws {
        let first = try service(at: "127.0.0.1")
        let ports = try ports(of: first)
        let names = Names("127.0.0.1")
        let client = try client(names, ports)
        try await expectService(client)
        names.change(to: "127.0.0.3")
        await first.stop()
        let second = try service(at: "127.0.0.3", ports: ports)
        #expect(await becomes { client.isConnected })
        try await expectService(client)
        client.close()
        await second.stop()
    }

    @Test(arguments: ["rig:1", "a b", "", "tcp://rig", "fe80::1", "fe80::1%nosuchdevice", "ipc://rig", "ipc:///"])
    func whatIsNoHostIsRefusedAtOnce(_ host: String) {
        let error = #expect(throws: RpcClientError.self) { try createApiClient(host: host) }
        #expect(error?.code == .transport && error?.message.isEmpty == false)
    }

    @Test(arguments: ["[::1]", "::1", "0:0::1", "localhost", "127.1"])
    func everyWayOfWritingAnAddressLeadsThere(_ host: String) async throws {
        let service = try service(at: "127.0.0.1", "::1")
        let ports = try ports(of: service)
        let client = try createApiClient(host: host, commandPort: ports.1, subscriberPort: ports.0)
        try await expectService(client)
        client.close()
        await service.stop()
    }
}
