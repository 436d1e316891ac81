import Testing

@testable import AcquisitionRPC

/// What names, interfaces and `*` come to.
struct ListenPlanTests {
    private static let loopback = NetworkInterface(
        name: "lo",
        addresses: [.loopbackIPv4, IPAddress("::1")].compactMap(\.self)
    )
    private static let onlyIPv4 = NetworkInterface(name: "lo", addresses: [.loopbackIPv4])

    private func plan(
        _ wanted: String...,
        interfaces: [NetworkInterface] = [Self.loopback],
        names: [String: [String]] = [:]
    ) throws -> ListenPlan {
        try ListenPlan(wanted, interfaces: interfaces) { name throws(AddressError) in
            guard let texts = names[name] else { throw .unknown(name, "no such name") }
            return texts.compactMap { IPAddress($0) }
        }
    }

    private func words(_ plan: ListenPlan) -> [String] { plan.targets.map(\.address.description) }

    @Test func everythingIsBothFamiliesWhereTheMachineHasBoth() throws {
        let both = try plan("*")
        #expect(words(both) == ["::"] && both.remarks.isEmpty && !both.isLoopback)
        #expect(both.separateTargets.map(\.address.description) == ["0.0.0.0", "::"])
        let one = try plan("*", interfaces: [Self.onlyIPv4])
        #expect(words(one) == ["0.0.0.0"])
        #expect(one.remarks == ["This machine has no IPv6: '*' is IPv4 alone"])
    }

    @Test func localhostIsWhatItResolvesTo() throws {
        #expect(words(try plan("localhost", names: ["localhost": ["127.0.0.1"]])) == ["127.0.0.1"])
        let both = try plan("localhost", names: ["localhost": ["127.0.0.2", "127.0.0.1"]])
        #expect(words(both) == ["127.0.0.2", "127.0.0.1"] && both.isLoopback)
    }

    @Test func aNameIsItsAddressesThatAreHere() throws {
        let found = try plan("rig", names: ["rig": ["203.0.113.77", "127.0.1.1"]])
        #expect(words(found) == ["127.0.1.1"])
        #expect(found.remarks.count == 1 && found.remarks[0].contains("203.0.113.77"))
        let error = #expect(throws: AddressError.self) { try plan("rig", names: ["rig": ["203.0.113.77"]]) }
        #expect(error?.kind == .notHere && error?.message.contains("203.0.113.77") == true)
    }

    @Test func aNameOfNothingIsToldWithTheInterfaces() throws {
        let error = #expect(throws: AddressError.self) { try plan("docker9") }
        #expect(error?.message.contains("'docker9'") == true && error?.message.contains("there are lo") == true)
    }

    @Test func anInterfaceIsItsAddresses() throws {
        let found = try plan("lo", "127.0.0.1", interfaces: [Self.onlyIPv4], names: ["lo": ["203.0.113.77"]])
        #expect(words(found) == ["127.0.0.1"] && found.isLoopback)
        let empty = NetworkInterface(name: "br-lab", addresses: [])
        let error = #expect(throws: AddressError.self) { try plan("br-lab", interfaces: [empty]) }
        #expect(error?.message.contains("'br-lab' has no address") == true)
    }

    @Test func nothingIsBoundTwice() throws {
        #expect(words(try plan("127.0.0.1", "127.1", "::ffff:127.0.0.1")) == ["127.0.0.1"])
        #expect(words(try plan("127.0.0.1", "*", "0.0.0.0", "::")) == ["::"])
        #expect(words(try plan("127.0.0.1", "0.0.0.0", interfaces: [Self.onlyIPv4])) == ["0.0.0.0"])
    }

    @Test(arguments: ["", "[127.0.0.1]:5556", "127.0.0.1:5556", "tcp://127.0.0.1", "203.0.113.77", "a b", "fe80::1"])
    func whatIsNoAddressOfThisMachine(_ text: String) throws {
        #expect(throws: AddressError.self) { try plan(text) }
    }

    @Test func whatIsOnAnInterfaceIsConfinedToIt() throws {
        let bridge = NetworkInterface(name: "lo", addresses: [.anyIPv4])
        var found = try plan("0.0.0.0", interfaces: [bridge])
        #expect(found.targets.first?.interface == nil)
        let target = try #require(found.targets.first)
        #expect(found.lies(target, on: ["lo"]) && !found.lies(target, on: ["eth0"]))
        found.confine(to: ["lo"])
        #expect(found.targets.first?.interface == "lo" || found.remarks.count == 1)
    }
}
