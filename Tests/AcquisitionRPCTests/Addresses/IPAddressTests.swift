import Testing

@testable import AcquisitionRPC

/// What an address is, however it is written.
struct IPAddressTests {
    @Test(arguments: [
        "127.0.0.1", "127.1", "127.255.255.254", "0x7f000001", "2130706433", "0177.0.0.1", "::1", "0:0:0:0:0:0:0:1",
        "::ffff:127.0.0.1", "::ffff:7f00:1",
    ])
    func theseAreLoopback(_ text: String) throws {
        #expect(try #require(IPAddress(text)).isLoopback)
    }

    @Test(arguments: [
        "0.0.0.0", "::", "128.0.0.1", "126.255.255.255", "192.0.2.1", "0xc0000201", "::2", "::ffff:192.0.2.1",
        "fe80::1",
        "2001:db8::7f00:1", "::127.0.0.1",
    ])
    func theseAreNot(_ text: String) throws {
        #expect(try #require(IPAddress(text)).isLoopback == false)
    }

    @Test(arguments: [
        ("127.1", "127.0.0.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("0:0::1", "::1"), ("FE80::1%lo", "fe80::1%lo"),
        ("2001:DB8:0:0::5", "2001:db8::5"),
    ])
    func eachIsToldInOneWay(_ text: String, _ told: String) {
        #expect(IPAddress(text)?.description == told)
    }

    @Test(arguments: ["", "localhost", "1.2.3.4.5", "::g", "fe80::1%nosuchdevice", "127.0.0.1\0", "[::1]", "256.1.1.1"])
    func theseAreNoAddresses(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func whatThisMachineHas() throws {
        #expect(try #require(IPAddress("127.0.0.1")).isHere)
        #expect(try #require(IPAddress("127.9.9.9")).isHere)
        // A network for documentation (RFC 5737), an address of which this machine is not given.
        #expect(try #require(IPAddress("203.0.113.77")).isHere == false)
        let loopback = try #require(NetworkInterface.all.first { $0.addresses.contains(.loopbackIPv4) })
        #expect(loopback.name == "lo" || loopback.name == "lo0")
    }
}

/// The peers' addresses as they are written down.
struct PeerNameTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("fe80::1%eth0", "fe80::1%eth0"), ("::1", "::1"),
        ("localhost:1000:1000:4711", "unix:uid=1000,pid=4711"), (":0:0:1", "unix:uid=0,pid=1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("", ""), ("::ffff:0:0", "::ffff:0:0"),
    ])
    func plain(_ told: String, _ written: String) {
        #expect(PeerName.plain(told) == written)
    }
}
