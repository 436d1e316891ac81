import AcquisitionModel
import Testing

@testable import AcquisitionRPC

struct AnswerMemoryTests {
    private let start = ContinuousClock.now
    private let key = AnswerMemory.Key(client: [1], nonce: NonceKey(7))
    private let body = BodyDigest(Array("body".utf8))
    private let first = PeerAddress(envelope: [[1], []])
    private let second = PeerAddress(envelope: [[2], []])
    private let result = Array("result".utf8)

    private func look(_ memory: inout AnswerMemory, _ digest: BodyDigest? = nil, after time: Duration = .zero)
        -> AnswerMemory.Verdict
    {
        memory.look(key, digest ?? body, from: second, now: start + time)
    }

    @Test func aCommandIsAnsweredAgainWithinTheWindow() {
        var memory = AnswerMemory(window: .seconds(10))
        #expect(look(&memory) == .new)
        #expect(look(&memory) == .new, "looking is not running")
        memory.begin(key, body, owner: [1])
        #expect(look(&memory) == .running)
        let waiting = memory.answered(key, [1, 2], isPending: false, now: start + .seconds(20))
        #expect(waiting == [second])
        #expect(look(&memory, after: .seconds(29)) == .answered(reply: [1, 2], result: nil))
        #expect(look(&memory, after: .seconds(31)) == .new)
        #expect(memory.count == 0)
    }

    @Test func aPendingCommandIsRememberedUntilItsResultIsOld() {
        var memory = AnswerMemory(window: .seconds(10))
        memory.begin(key, body, owner: [1])
        _ = memory.answered(key, [1], isPending: true, now: start)
        #expect(look(&memory, after: .seconds(3600)) == .answered(reply: [1], result: nil))
        memory.ended(key, result, now: start + .seconds(3600))
        #expect(look(&memory, after: .seconds(3605)) == .answered(reply: [1], result: result))
        #expect(look(&memory, after: .seconds(3611)) == .new)
    }

    @Test func aResultThatCameBeforeTheAnswerCounts() {
        var memory = AnswerMemory(window: .seconds(10))
        memory.begin(key, body, owner: [1])
        memory.ended(key, result, now: start)
        _ = memory.answered(key, [1], isPending: true, now: start)
        #expect(look(&memory) == .answered(reply: [1], result: result))
        #expect(look(&memory, after: .seconds(11)) == .new)
    }

    @Test func anotherBodyUnderTheSameNonceIsAConflict() {
        var memory = AnswerMemory(window: .seconds(10))
        memory.begin(key, body, owner: [1])
        let other = BodyDigest(Array("Body".utf8))
        #expect(look(&memory, other) == .conflict)
        let stranger = memory.look(AnswerMemory.Key(client: [2], nonce: NonceKey(7)), other, from: second, now: start)
        #expect(stranger == .new, "another client's nonces are its own")
    }

    @Test func tooManyWhoAskAgainAreToldSo() {
        var memory = AnswerMemory(window: .seconds(10))
        memory.begin(key, body, owner: [1])
        let peers = (0..<65).map { PeerAddress(envelope: [[1], [UInt8($0)], []]) }
        let verdicts = peers.map { memory.look(key, body, from: $0, now: start) }
        #expect(verdicts.last == .crowded)
        #expect(verdicts.dropLast().allSatisfy { $0 == .running })
        #expect(memory.look(key, body, from: peers[0], now: start) == .running, "it waits already")
        #expect(memory.answered(key, [1], isPending: false, now: start) == Array(peers.dropLast()))
    }

    private func key(_ nonce: Int, owner: UInt8 = 1, isQuery: Bool = false) -> AnswerMemory.Key {
        AnswerMemory.Key(client: [owner], nonce: NonceKey(JSONValue(nonce)), isQuery: isQuery)
    }

    private func answer(_ key: AnswerMemory.Key, _ memory: inout AnswerMemory, bytes: Int = 1) {
        memory.begin(key, body, owner: key.client)
        _ = memory.answered(key, [UInt8](repeating: 0, count: bytes), isPending: false, now: start)
    }

    private func verdict(_ key: AnswerMemory.Key, _ memory: inout AnswerMemory) -> AnswerMemory.Verdict {
        memory.look(key, body, from: first, now: start)
    }

    @Test func theOldestAnswersOfAnOwnerGoFirstAndNobodyElses() {
        var memory = AnswerMemory(window: .seconds(10), limits: .init(commandsPerOwner: 100, commands: 1_000))
        answer(key(1, owner: 2), &memory)
        memory.begin(key(0), body, owner: [1])
        for nonce in 1...250 { answer(key(nonce), &memory) }
        #expect(verdict(key(0), &memory) == .running, "what is under way is not forgotten")
        #expect(verdict(key(150), &memory) == .new)
        #expect(verdict(key(151), &memory) == .answered(reply: [0], result: nil))
        #expect(verdict(key(1, owner: 2), &memory) == .answered(reply: [0], result: nil))
        #expect(memory.count == 102)
    }

    @Test func allTogetherHaveAnEndToo() {
        var memory = AnswerMemory(window: .seconds(10), limits: .init(commandsPerOwner: 100, commands: 300))
        for owner in UInt8(0)..<200 {
            for nonce in 1...5 { answer(key(nonce, owner: owner), &memory) }
        }
        #expect(memory.count == 300)
        #expect(verdict(key(5, owner: 199), &memory) != .new)
        #expect(verdict(key(5, owner: 100), &memory) == .new)
        #expect(memory.deadlineCount < 5_000)
        _ = memory.look(key, body, from: first, now: start + .seconds(11))
        #expect(memory.count == 0 && memory.bytes == 0)
    }

    @Test func answersBeyondTheRoomAreForgottenAndTheirCommandsAreNot() {
        var memory = AnswerMemory(window: .seconds(10), limits: .init(bytesPerOwner: 1_000, bytes: 1_500))
        for nonce in 1...10 { answer(key(nonce), &memory, bytes: 400) }
        #expect(memory.bytes == 800)
        #expect(verdict(key(8), &memory) == .forgotten)
        #expect(verdict(key(10), &memory) == .answered(reply: [UInt8](repeating: 0, count: 400), result: nil))
        for nonce in 1...10 { answer(key(nonce, owner: 2), &memory, bytes: 400) }
        #expect(memory.bytes <= 1_500)
        #expect(verdict(key(10, owner: 2), &memory) != .forgotten)
        // A result counts as well.
        memory.begin(key(11), body, owner: [1])
        _ = memory.answered(key(11), [1], isPending: true, now: start)
        memory.ended(key(11), [UInt8](repeating: 0, count: 5_000), now: start)
        #expect(memory.bytes <= 1_500)
        #expect(verdict(key(11), &memory) == .forgotten)
        _ = memory.look(key, body, from: first, now: start + .seconds(11))
        #expect(memory.count == 0 && memory.bytes == 0)
    }

    @Test func aQueryIsKnownOnlyWhileItIsUnderWay() {
        var memory = AnswerMemory(window: .seconds(10))
        let query = key(1, isQuery: true)
        memory.begin(query, body, owner: [1])
        #expect(verdict(query, &memory) == .running)
        _ = memory.answered(query, [1], isPending: true, now: start)
        #expect(verdict(query, &memory) == .answered(reply: [1], result: nil))
        memory.ended(query, [2], now: start)
        #expect(verdict(query, &memory) == .new)
        #expect(memory.count == 0 && memory.bytes == 0)
    }
}
