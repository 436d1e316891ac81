import GatewayCore
import IBLGateway
import TestSupport
import Testing

/// What TCP does to messages: it glues them together and cuts them (`protocol/iblutil.md`, I28).
struct StreamTests {
    @Test func anEchoAndWhatFollowsAreTakenApart() {
        var talk = Talk(.tcp)
        talk.send("[1, 5]")
        talk.hear(#"[1, 5][0, "ValueError: Callback failed", 1][32, 20] [1, 5]"#)
        #expect(talk.confirmed.count == 1)
        let failure = RigMessage.failure("ValueError: Callback failed", of: .initialize)
        #expect(talk.delivered == [failure, .status(.running), .initialize(5)])
        #expect(talk.written == ["[1, 5]", "[32, 20] [1, 5]"])
    }

    @Test func everyCutGivesTheSame() {
        let stream = utf8(#"[1, "a]\"["][2, "2026-01-01_1_é", {"b": ["x"]}] [32, 20][8, null]"#)
        for first in stream.indices {
            for second in [first, (first + stream.count) / 2, stream.count] {
                var talk = Talk(.tcp)
                talk.send("[8, null]")
                talk.hear(Array(stream[..<first]))
                talk.hear(Array(stream[first..<second]))
                talk.hear(Array(stream[second...]))
                #expect(talk.delivered.map(\.event) == [.initialize, .start, .status] && talk.confirmed.count == 1)
            }
        }
    }

    @Test func whatIsNoListIsOneMessage() {
        var talk = Talk(.tcp)
        talk.hear("foo [1, null]")
        talk.hear("{\"a\": [1]}")
        talk.hear("x")
        talk.hear("[1, null]")
        #expect(talk.written == ["foo [1, null]", "{\"a\": [1]}", "[1, null]"] && talk.delivered == [.initialize()])
    }

    @Test func aListThatNeverEndsIsTakenAsItIs() {
        var talk = Talk(.tcp)
        talk.hear("[1, nul")
        #expect(talk.written.isEmpty)
        talk.pass(.milliseconds(500))
        #expect(talk.written == ["[1, nul"] && talk.delivered.isEmpty && talk.notes.count == 1)
        talk.hear("[1, null]")
        #expect(talk.delivered == [.initialize()])
    }

    @Test func partOfAnEchoIsNotEchoed() {
        var talk = Talk(.tcp)
        let id = talk.send("[1, null]")
        talk.hear("[1, n")
        talk.pass(.seconds(1))
        #expect(talk.written == ["[1, null]"] && talk.failed == [id: .noAnswer] && talk.delivered.isEmpty)
        talk.hear("[32, 20]")
        #expect(talk.delivered == [.status(.running)])
    }

    @Test func anEchoThatWasCutOffCounts() {
        var talk = Talk(.tcp)
        let message = "[1, \"\(String(repeating: "x", count: 70_000))\"]"
        let id = talk.send(message)
        talk.hear(String(message.prefix(65_535)))
        #expect(talk.confirmed.isEmpty)
        talk.pass(.milliseconds(500))
        #expect(talk.confirmed == [id] && talk.delivered.isEmpty && talk.written.count == 1)
    }

    @Test func randomBytesEndNothing() {
        var random = SeededGenerator()
        var talk = Talk(.tcp)
        let alphabet = utf8("[]{}\",\\ 0123456789nulé\n")
        for _ in 0..<2000 {
            let count = Int.random(in: 1...20, using: &random)
            talk.hear((0..<count).map { _ in alphabet[Int.random(in: alphabet.indices, using: &random)] })
        }
        talk.pass(.seconds(1))
        talk.hear("[32, 20]")
        #expect(talk.delivered.last == .status(.running) && !talk.isClosed, "seed \(random.seed)")
    }
}
