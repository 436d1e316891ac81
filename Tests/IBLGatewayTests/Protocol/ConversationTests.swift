import GatewayCore
import IBLGateway
import TestSupport
import Testing

struct ConversationTests {
    @Test(arguments: RigURI.Transport.allCases)
    func messagesAreEchoedAndDelivered(_ transport: RigURI.Transport) {
        var talk = Talk(transport)
        talk.hear("[1, null]")
        talk.hear("foo bar")
        talk.hear(#"[0, "ValueError: x", 2]"#)
        #expect(talk.written == ["[1, null]", "foo bar"])
        #expect(talk.delivered == [.initialize(), .failure("ValueError: x", of: .start)])
        #expect(talk.notes.count == 1 && talk.conversation.isIdle && talk.conversation.nextDeadline == nil)
    }

    @Test(arguments: RigURI.Transport.allCases)
    func oneAfterAnother(_ transport: RigURI.Transport) {
        var talk = Talk(transport)
        let ids = ["[1, null]", "[32, 20]", "[4, null]"].map { talk.send($0) }
        #expect(talk.takeWritten() == ["[1, null]"])
        talk.hear("[1, null]")
        #expect(talk.takeWritten() == ["[32, 20]"] && talk.confirmed == [ids[0]])
        talk.pass(.seconds(1))
        #expect(talk.takeWritten() == ["[4, null]"] && talk.failed == [ids[1]: .noAnswer])
        talk.hear("[4, null]")
        #expect(talk.confirmed == [ids[0], ids[2]] && talk.delivered.isEmpty && talk.conversation.isIdle)
    }

    @Test(arguments: RigURI.Transport.allCases)
    func whatComesBeforeTheEchoIsAMessage(_ transport: RigURI.Transport) {
        var talk = Talk(transport)
        let id = talk.send("[1, null]")
        talk.hear(#"[0, "ValueError: x", 1]"#)
        talk.hear("[32, 20]")
        #expect(talk.written == ["[1, null]", "[32, 20]"] && talk.confirmed.isEmpty)
        #expect(talk.delivered == [.failure("ValueError: x", of: .initialize), .status(.running)])
        talk.hear("[1, null]")
        #expect(talk.confirmed == [id] && talk.delivered.count == 2)
    }

    @Test(arguments: RigURI.Transport.allCases)
    func nothingFollowsAnEchoAtOnce(_ transport: RigURI.Transport) {
        var talk = Talk(transport)
        talk.hear("[1, null]")
        talk.report(.failure("x", of: .initialize))
        talk.send("[32, 20]")
        #expect(talk.takeWritten() == ["[1, null]"])
        talk.pass(.milliseconds(49))
        #expect(talk.takeWritten() == [])
        talk.pass(.milliseconds(11))
        #expect(talk.takeWritten() == [#"[0, "x", 1]"#])
        talk.pass(.milliseconds(60))
        #expect(talk.takeWritten() == ["[32, 20]"])
    }

    @Test(arguments: RigURI.Transport.allCases)
    func lateEchoesAreKnown(_ transport: RigURI.Transport) {
        var talk = Talk(transport)
        let lost = talk.send("[1, null]")
        talk.pass(.seconds(1))
        let next = talk.send("[2, null, null]")
        talk.hear("[1, null]")
        talk.hear("[2, null, null]")
        #expect(talk.failed == [lost: .noAnswer] && talk.confirmed == [next])
        #expect(talk.delivered.isEmpty && talk.written == ["[1, null]", "[2, null, null]"])
    }

    @Test func limits() {
        var talk = Talk(.tcp, ConversationSettings(messageSize: 20, queued: 2))
        let ids = (0..<4).map { talk.send("[32, \($0)]") }
        #expect(talk.failed == [ids[3]: .busy])
        talk.cancel(ids[1])
        talk.hear("[32, 0]")
        #expect(talk.written == ["[32, 0]", "[32, 2]"])
        talk.hear("[1, \"" + String(repeating: "x", count: 20))
        #expect(talk.isClosed)
        talk.end()
        #expect(talk.failed == [ids[3]: .busy, ids[2]: .closed])
        let nobodyEchoesThis = talk.send("[0, 1]")
        #expect(talk.failed[nobodyEchoesThis] == .badValue)
        var datagrams = Talk(.udp)
        let long = datagrams.send("[1, \"\(String(repeating: "x", count: 65_507))\"]")
        #expect(datagrams.failed == [long: .badValue] && datagrams.written.isEmpty)
    }
}
