import AcquisitionModel
import Testing

@testable import AcquisitionRPC

struct AnswerMemoryTests {
    private let start = ContinuousClock.now
    private let key = AnswerMemory.Key(client: [1], nonce: 7)
    private let body = BodyDigest(Array("body".utf8))
    private let first = PeerAddress(envelope: [[1], []])
    private let second = PeerAddress(envelope: [[2], []])
    private let result = ApiCommandRequestResponse.success(["a": 1])

    private func look(_ memory: inout AnswerMemory, _ digest: BodyDigest? = nil, after time: Duration = .zero)
        -> AnswerMemory.Verdict
    {
        memory.look(key, digest ?? body, from: second, now: start + time)
    }

    @Test func aCommandIsAnsweredAgainWithinTheWindow() {
        var memory = AnswerMemory(window: .seconds(10))
        #expect(look(&memory) == .new)
        #expect(look(&memory) == .new, "looking is not running")
        memory.begin(key, body, now: start)
        #expect(look(&memory) == .running)
        let waiting = memory.answered(key, [1, 2], isPending: false, now: start + .seconds(20))
        #expect(waiting == [second])
        #expect(look(&memory, after: .seconds(29)) == .answered(reply: [1, 2], result: nil))
        #expect(look(&memory, after: .seconds(31)) == .new)
        #expect(memory.count == 0)
    }

    @Test func aPendingCommandIsRememberedUntilItsResultIsOld() {
        var memory = AnswerMemory(window: .seconds(10))
        memory.begin(key, body, now: start)
        _ = memory.answered(key, [1], isPending: true, now: start)
        #expect(look(&memory, after: .seconds(3600)) == .answered(reply: [1], result: nil))
        memory.ended(key, result, now: start + .seconds(3600))
        #expect(look(&memory, after: .seconds(3605)) == .answered(reply: [1], result: result))
        #expect(look(&memory, after: .seconds(3611)) == .new)
    }

    @Test func aResultThatCameBeforeTheAnswerCounts() {
        var memory = AnswerMemory(window: .seconds(10))
        memory.begin(key, body, now: start)
        memory.ended(key, result, now: start)
        _ = memory.answered(key, [1], isPending: true, now: start)
        #expect(look(&memory) == .answered(reply: [1], result: result))
        #expect(look(&memory, after: .seconds(11)) == .new)
    }

    @Test func anotherBodyUnderTheSameNonceIsAConflict() {
        var memory = AnswerMemory(window: .seconds(10))
        memory.begin(key, body, now: start)
        let other = BodyDigest(Array("Body".utf8))
        #expect(look(&memory, other) == .conflict)
        let stranger = memory.look(AnswerMemory.Key(client: [2], nonce: 7), other, from: second, now: start)
        #expect(stranger == .new, "another client's nonces are its own")
    }

    @Test func tooManyWhoAskAgainAreToldSo() {
        var memory = AnswerMemory(window: .seconds(10))
        memory.begin(key, body, now: start)
        let verdicts = (0..<65).map { _ in look(&memory) }
        #expect(verdicts.last == .crowded)
        #expect(verdicts.dropLast().allSatisfy { $0 == .running })
    }

    @Test func answersBeyondTheRoomAreForgottenAndTheirCommandsAreNot() {
        var memory = AnswerMemory(window: .seconds(10))
        let answer = [UInt8](repeating: 0, count: 1 << 20)
        for index in 0..<20 {
            let key = AnswerMemory.Key(client: [1], nonce: JSONValue(index))
            memory.begin(key, body, now: start)
            _ = memory.answered(key, answer, isPending: false, now: start)
        }
        let last = memory.look(AnswerMemory.Key(client: [1], nonce: 19), body, from: first, now: start)
        #expect(last == .answered(reply: nil, result: nil))
        _ = memory.look(key, body, from: first, now: start + .seconds(11))
        #expect(memory.count == 0)
    }
}
