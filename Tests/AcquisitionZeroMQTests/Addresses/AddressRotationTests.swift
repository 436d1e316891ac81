import AcquisitionRPC
import Testing

@testable import AcquisitionZeroMQ

/// Which address a client tries next.
struct AddressRotationTests {
    private let start = ContinuousClock.now

    private func addresses(_ texts: String...) -> HostResolver.Answer { .success(texts.compactMap { IPAddress($0) }) }

    private func target(_ endpoint: String) -> AddressRotation.Step {
        .connect(ServiceEndpoint.Target(endpoint: endpoint, isIPv6: endpoint.contains("[")))
    }

    private func rotation() throws -> AddressRotation { AddressRotation(try ServiceEndpoint("tcp://rig:5557")) }

    @Test func anAddressIsNeverLookedUp() throws {
        for text in ["tcp://127.0.0.1:5557", "tcp://[::1]:5557", "ipc:///run/rig/commands", "inproc://x"] {
            var rotation = AddressRotation(try ServiceEndpoint(text))
            for _ in 0..<3 { #expect(rotation.next(now: start) == target(text)) }
        }
    }

    @Test func allAddressesAreTriedAndThenAskedForAnew() throws {
        var rotation = try rotation()
        #expect(rotation.start(now: start) == .lookUp("rig"))
        #expect(rotation.next(now: start) == .wait)
        #expect(rotation.answered(addresses("::1", "192.0.2.1"), now: start) == target("tcp://[::1]:5557"))
        #expect(rotation.hasAlternatives)
        #expect(rotation.next(now: start) == target("tcp://192.0.2.1:5557"))
        rotation.connected()
        #expect(rotation.start(now: start) == .lookUp("rig"))
        // What was good comes first, as long as it is one of them.
        #expect(rotation.answered(addresses("::1", "192.0.2.1"), now: start) == target("tcp://192.0.2.1:5557"))
        #expect(rotation.next(now: start) == target("tcp://[::1]:5557"))
        #expect(rotation.next(now: start) == .lookUp("rig"))
        #expect(rotation.answered(addresses("192.0.2.9"), now: start) == target("tcp://192.0.2.9:5557"))
        #expect(rotation.problem == nil)
    }

    @Test func aNameThatIsNoneIsToldAtOnceAndAskedAgain() throws {
        var rotation = try rotation()
        #expect(rotation.start(now: start) == .lookUp("rig"))
        #expect(rotation.answered(.failure(.unknown("rig", "no such name")), now: start) == .wait)
        #expect(rotation.problem?.contains("'rig'") == true)
        #expect(rotation.retryAt == start + .milliseconds(100))
        #expect(rotation.next(now: start) == .lookUp("rig"))
        #expect(rotation.answered(.failure(.unknown("rig", "no such name")), now: start) == .wait)
        #expect(rotation.retryAt == start + .milliseconds(200))
        #expect(rotation.next(now: start) == .lookUp("rig"))
        #expect(rotation.answered(addresses("192.0.2.1"), now: start) == target("tcp://192.0.2.1:5557"))
        #expect(rotation.problem == nil && rotation.retryAt == nil)
    }

    @Test func whoeverAsksIsAnsweredSoonButNotWithoutEnd() throws {
        var rotation = try rotation()
        var now = start
        for _ in 0..<10 {
            #expect(rotation.next(now: now) == .lookUp("rig"))
            #expect(rotation.answered(.failure(.unknown("rig", "no such name")), now: now) == .wait)
            now += .seconds(10)
        }
        let last = now - .seconds(10)
        #expect(rotation.retryAt == last + .seconds(5))
        rotation.hurry(now: last)
        #expect(rotation.retryAt == last + AddressRotation.shortestInterval)
        rotation.hurry(now: last + .seconds(1))
        #expect(rotation.retryAt == last + AddressRotation.shortestInterval)
    }

    @Test func whatNobodyCanTellIsNoReasonToForget() throws {
        var rotation = try rotation()
        #expect(rotation.start(now: start) == .lookUp("rig"))
        #expect(rotation.answered(addresses("192.0.2.1"), now: start) == target("tcp://192.0.2.1:5557"))
        for _ in 0..<5 {
            #expect(rotation.start(now: start) == .lookUp("rig"))
            let step = rotation.answered(.failure(.undecided("rig", "no server")), now: start)
            #expect(step == target("tcp://192.0.2.1:5557"))
            #expect(rotation.problem == nil)
        }
    }

    @Test func whatNobodyCanTellIsToldAfterAWhile() throws {
        var rotation = try rotation()
        for attempt in 1...AddressRotation.manyUndecided {
            #expect(rotation.next(now: start) == .lookUp("rig"))
            #expect(rotation.answered(.failure(.undecided("rig", "no server")), now: start) == .wait)
            #expect((rotation.problem != nil) == (attempt == AddressRotation.manyUndecided))
        }
    }

    @Test func anAnswerThatDoesNotComeIsTold() throws {
        var rotation = try rotation()
        #expect(rotation.start(now: start) == .lookUp("rig"))
        let late = try #require(rotation.lateAt)
        let isTold = [late - .milliseconds(1), late, late + .seconds(1)].map { rotation.takeLateness(now: $0) }
        #expect(isTold == [false, true, false])
        #expect(rotation.problem?.contains("'rig'") == true && rotation.lateAt == nil)
        #expect(rotation.answered(addresses("192.0.2.1"), now: late) == target("tcp://192.0.2.1:5557"))
        #expect(rotation.problem == nil)
    }

    @Test(arguments: [
        "tcp://rig", "tcp://rig:0", "tcp://rig:65536", "tcp://rig:x", "tcp://:5557", "tcp://a b:5557",
        "tcp://fe80::1:5557",
    ])
    func whatIsNoEndpoint(_ text: String) {
        #expect(throws: AddressError.self) { try ServiceEndpoint(text) }
    }
}
