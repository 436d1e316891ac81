import AcquisitionModel
import Logging
import Synchronization
import TestSupport
import Testing

@testable import AcquisitionRPC
@testable import AcquisitionZeroMQ

/// Where a service listens, on real sockets.
@Suite(.timeLimit(.minutes(1)))
struct BindTests {
    private func started(_ change: (inout RpcOptions) -> Void) throws -> any RpcService {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = try #require(createApiService(.onFreePorts(change), logger: quiet))
        service.setDelegate { _ in .success(["from": .string(CommandSender.current?.address ?? "-")]) }
        try service.start()
        return service
    }

    private func failure(_ change: (inout RpcOptions) -> Void) throws -> RpcServiceError? {
        do {
            let service = try started(change)
            service.stop()
            return nil
        } catch let error as RpcServiceError {
            return error
        }
    }

    /// Where the service says that a command came from.
    private func sender(_ service: any RpcService, from host: String) async throws -> String? {
        let endpoints = try #require(service.endpoints)
        let port = { (endpoint: String?) in endpoint?.split(separator: ":").last.flatMap { UInt16($0) } }
        let client = try createApiClient(
            host: host,
            commandPort: try #require(port(endpoints.command.first)),
            subscriberPort: try #require(port(endpoints.subscriber.first))
        )
        defer { client.close() }
        return try await client.request(.getStatus, timeout: .seconds(10)).data["from"]?.string
    }

    @Test func everythingIsBothFamilies() async throws {
        let service = try started { options in
            options.bind = .addresses(["*"])
            options.allowInsecureRemote = true
        }
        let endpoints = try #require(service.endpoints)
        #expect(endpoints.command.count == 2 && endpoints.subscriber.count == 2)
        #expect(endpoints.command.first?.hasPrefix("tcp://0.0.0.0:") == true)
        #expect(endpoints.command.last?.hasPrefix("tcp://[::]:") == true)
        // An IPv4 peer is told as one.
        #expect(try await sender(service, from: "127.0.0.1") == "127.0.0.1")
        #expect(try await sender(service, from: "::1") == "::1")
        await service.stop()
    }

    @Test func localhostIsLoopbackInTheFamiliesThatItHas() async throws {
        let service = try started { $0.bind = .addresses(["localhost"]) }
        let endpoints = try #require(service.endpoints)
        #expect(!endpoints.command.isEmpty)
        let families = try HostResolver.shared.addressesBlocking(of: "localhost").filter(\.isHere)
        #expect(endpoints.command.count == families.count)
        for address in families { #expect(try await sender(service, from: "\(address)") == "\(address)") }
        await service.stop()
    }

    @Test func anInterfaceIsAllOfItsAddresses() async throws {
        let loopback = try #require(NetworkInterface.all.first { $0.addresses.contains(.loopbackIPv4) })
        let service = try started { $0.bind = .addresses([loopback.name]) }
        #expect(try #require(service.endpoints).command.count == loopback.addresses.filter(\.isHere).count)
        for address in loopback.addresses where address.isHere {
            #expect(try await sender(service, from: "\(address)") == "\(address)")
        }
        await service.stop()
    }

    /// The address of loopback, in many ways, needs no leave; any other one does, in whatever way it is written.
    @Test(arguments: [
        (["127.0.0.1"], true), (["127.1"], true), (["0x7f000001"], true), (["::1"], true), (["[::1]"], true),
        (["::ffff:127.0.0.1"], true), (["::ffff:7f00:1"], true), (["localhost"], true), (["127.0.0.1", "::1"], true),
        (["*"], false), (["0.0.0.0"], false), (["0"], false), (["::"], false), (["[::]"], false), (["0::0"], false),
        (["::ffff:0.0.0.0"], false), (["127.0.0.1", "0x0"], false), (["lo", "*"], false),
    ])
    func whatAnAddressIsDecidesAndNotHowItIsWritten(_ addresses: [String], _ isLocal: Bool) throws {
        let error = try failure { $0.bind = .addresses(addresses) }
        #expect(error?.code == (isLocal ? nil : .insecure), "\(addresses)")
        let alone = try failure { options in
            options.bind = .addresses(addresses)
            options.allowInsecureRemote = .interfaces(["lo"])
        }
        #expect(alone?.code == (isLocal ? nil : .insecure), "\(addresses)")
        #expect(
            try failure { options in
                options.bind = .addresses(addresses)
                options.allowInsecureRemote = true
            } == nil
        )
    }

    /// A machine's own addresses on the network, if it has any.
    @Test func theAddressesOfTheNetworkNeedLeave() throws {
        for interface in NetworkInterface.all {
            for address in interface.addresses where address.isHere && !address.isLoopback {
                #expect(try failure { $0.bind = .addresses(["\(address)"]) }?.code == .insecure)
                #expect(try failure { $0.bind = .addresses([interface.name]) }?.code == .insecure)
                for access in [InsecureRemoteAccess.interfaces(["lo"]), .interfaces([]), .interfaces(["nosuchdevice"])]
                {
                    let error = try failure { options in
                        options.bind = .addresses(["\(address)"])
                        options.allowInsecureRemote = access
                    }
                    #expect(error?.code == .insecure && error?.message.contains("allowInsecureRemote") == true)
                }
                for bind in ["\(address)", interface.name] {
                    let service = try started { options in
                        options.bind = .addresses([bind, "127.0.0.1"])
                        options.allowInsecureRemote = .interfaces([interface.name])
                    }
                    service.stop()
                }
            }
        }
    }

    @Test(arguments: [
        "nosuchname.invalid", "203.0.113.77", "a b", "[127.0.0.1]:5", "127.0.0.1:5", "fe80::1", "fe80::1%nosuchdevice",
        "",
    ])
    func whatCannotBeBoundIsToldInASentence(_ address: String) throws {
        let error = try failure { $0.bind = .addresses(["127.0.0.1", address]) }
        #expect(error?.code == .cannotBind)
        #expect(error.map { $0.message.count > 20 } == true, "\(error?.message ?? "")")
    }

    @Test func aLinkLocalAddressIsBoundWithItsInterface() async throws {
        let found = NetworkInterface.all.flatMap(\.addresses).first { $0.isLinkLocal && $0.isHere }
        // The tests with network namespaces have one in any case.
        guard let address = found else { return }
        let service = try started { options in
            options.bind = .addresses(["[\(address)]"])
            options.allowInsecureRemote = true
        }
        #expect(service.endpoints?.command.first?.hasPrefix("tcp://[\(address)]:") == true)
        #expect(try await sender(service, from: "\(address)")?.hasPrefix("fe80:") == true)
        await service.stop()
    }
}
