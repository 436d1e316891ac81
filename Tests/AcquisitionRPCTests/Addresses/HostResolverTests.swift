import Synchronization
import TestSupport
import Testing

@testable import AcquisitionRPC

@Suite(.timeLimit(.minutes(1)))
struct HostResolverTests {
    private final class Count: Sendable {
        private let number = Atomic(0)
        var value: Int { number.load(ordering: .relaxed) }
        @discardableResult
        func add() -> Int { number.add(1, ordering: .relaxed).newValue }
    }

    private let somewhere = IPAddress(bytes: [192, 0, 2, 1])

    @Test(arguments: ["127.0.0.1", "::1", "[::1]", "127.1"])
    func whatIsAnAddressIsAnsweredAtOnce(_ host: String) throws {
        let resolver = HostResolver { _ in
            Issue.record("Nobody has to be asked")
            return .failure(.unknown("x", "y"))
        }
        let found = Mutex<HostResolver.Answer?>(nil)
        resolver.resolve(host) { answer in found.withLock { $0 = answer } }
        #expect(try found.withLock { try $0?.get() }?.first?.isLoopback == true)
    }

    @Test func thoseWhoAskForOneNameAtOnceShareTheAnswer() async throws {
        let gate = Alarm()
        let (lookUps, waiting) = (Count(), Count())
        let resolver = HostResolver { [somewhere] _ in
            lookUps.add()
            gate.wait(atMost: .seconds(30))
            return .success([somewhere])
        }
        async let answers = withThrowingTaskGroup(of: [IPAddress].self) { group in
            for _ in 0..<20 {
                group.addTask {
                    waiting.add()
                    return try await resolver.addresses(of: "rig")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        _ = await becomes { waiting.value == 20 }
        gate.ring()
        let all = try await answers
        #expect(all.count == 20 && all.allSatisfy { $0 == [somewhere] })
        // Late comers may have asked again; twenty threads there were not.
        #expect((1...20).contains(lookUps.value))
    }

    @Test func eachQuestionIsAskedAnew() async throws {
        let count = Count()
        let resolver = HostResolver { _ in
            let number = count.add()
            return .success([IPAddress(bytes: [192, 0, 2, UInt8(number)])])
        }
        #expect(try await resolver.addresses(of: "rig").first?.description == "192.0.2.1")
        #expect(try await resolver.addresses(of: "rig").first?.description == "192.0.2.2")
        #expect(try resolver.addressesBlocking(of: "rig").first?.description == "192.0.2.3")
    }

    @Test func aNameServerThatIsGoneHoldsNobodyUp() async throws {
        let gate = Alarm()
        defer { gate.ring() }
        let resolver = HostResolver { [somewhere] _ in
            gate.wait(atMost: .seconds(60))
            return .success([somewhere])
        }
        let limit = Duration.milliseconds(50)
        let asynchronous = await #expect(throws: AddressError.self) {
            try await resolver.addresses(of: "rig", within: limit)
        }
        #expect(asynchronous?.kind == .undecided && asynchronous?.message.contains("'rig'") == true)
        let blocking = await onAThread {
            Result { () throws(AddressError) in try resolver.addressesBlocking(of: "rig", within: limit) }
        }
        #expect(throws: AddressError.self) { try blocking.get() }
    }

    @Test(arguments: [
        "", "[]", " ", "a b", "a/b", "tcp://a", "user@rig", "*", "a\nb", "a\0b", "1:2", "fe80::1%nosuchdevice", "::1:",
        String(repeating: "a", count: 254),
    ])
    func whatCannotBeANameIsNotAsked(_ host: String) async throws {
        let resolver = HostResolver { name in
            Issue.record("'\(name)' was asked")
            return .failure(.unknown(name, ""))
        }
        await #expect(throws: AddressError.self) { try await resolver.addresses(of: host) }
    }

    @Test func aLinkLocalAddressNeedsItsInterface() async throws {
        let error = await #expect(throws: AddressError.self) { try await HostResolver.shared.addresses(of: "fe80::1") }
        #expect(error?.message.contains("fe80::1%eth0") == true)
        #expect(try await HostResolver.shared.addresses(of: "fe80::1%lo").first?.scope != 0)
    }

    @Test func theSystemIsAsked() async throws {
        #expect(try await HostResolver.shared.addresses(of: "localhost").allSatisfy(\.isLoopback))
        // A name that never is one (RFC 6761); without a name server nobody knows.
        let error = await #expect(throws: AddressError.self) {
            try await HostResolver.shared.addresses(of: "rig-9.invalid", within: .seconds(30))
        }
        #expect(error?.message.contains("'rig-9.invalid'") == true)
        #expect(error?.kind == .unknown || error?.kind == .undecided)
    }
}
