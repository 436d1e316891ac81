import GatewayCore
import IBLGateway
import TestSupport
import Testing

/// Rigs at addresses of both families.
@Suite(.timeLimit(.minutes(1)))
struct AddressTests {
    @Test(arguments: RigURI.Transport.allCases, ["127.0.0.1", "::1", "*", "::"])
    func messagesGoBothWays(_ transport: RigURI.Transport, _ host: String) async throws {
        let uri = RigURI(transport, host: host, port: 0)
        let server = Communicator(.server, at: uri, settings: .patient, logger: quiet)
        server.answer(with: "here")
        let reached = ["*", "::"].contains(host) ? ["127.0.0.1", "::1"] : [host]
        try await server.whileRunning { uri in
            for host in reached {
                let client = Communicator.client(RigURI(transport, host: host, port: uri.address.port))
                try await client.whileRunning { peer in
                    #expect(peer.address == ListenAddress(host: host, port: uri.address.port))
                    var heard = client.messages().makeAsyncIterator()
                    try await client.cleanup()
                    #expect(await heard.next()?.message == RigMessage(.cleanup, ["here"]))
                }
            }
        }
    }

    @Test(arguments: RigURI.Transport.allCases)
    func aNameThatDoesNotResolveIsToldAsEverywhere(_ transport: RigURI.Transport) async throws {
        let client = Communicator.client(RigURI(transport, host: "rig-9.invalid", port: 1))
        let error = await #expect(throws: GatewayError.self) { try await client.run() }
        #expect(
            error?.code == .cannotConnect && error?.message.contains("name 'rig-9.invalid'") == true,
            "\(error?.message ?? "")"
        )
    }

    @Test(arguments: [
        ("[::1]:5", "::1", 5), ("udp://[fe80::1%lo]:5", "fe80::1%lo", 5), ("::1", "::1", 11001), ("tcp://*:5", "*", 5),
        ("localhost", "127.0.0.1", 11001), ("rig:", "rig", 11001),
    ])
    func addressesAreRead(_ text: String, _ host: String, _ port: Int) throws {
        #expect(try RigURI(text).address == ListenAddress(host: host, port: port))
    }
}
