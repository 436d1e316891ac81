import GatewayCore
import IBLGateway
import TestSupport
import Testing

/// What the network does to datagrams: it loses, copies and reorders them.
struct DatagramTests {
    /// What is marked and comes again was copied on the way.
    @Test func copiesAreLeftOut() {
        var talk = Talk(.udp)
        talk.send("[1, null]")
        for _ in 0..<3 { talk.hear("[1, null]") }
        for _ in 0..<3 { talk.hear("[32, 20]  ") }
        #expect(talk.confirmed.count == 1 && talk.delivered == [.status(.running)])
        #expect(talk.written == ["[1, null]", "[32, 20]  "] && talk.notes.count == 4)
    }

    /// The original does not mark what it sends, and closes where it hears no echo.
    @Test func theSameQuestionAtOnceIsANewOne() {
        var talk = Talk(.udp)
        for _ in 0..<3 { talk.hear("[32, 20]") }
        #expect(talk.delivered == [.status(.running), .status(.running), .status(.running)])
        #expect(talk.written == ["[32, 20]", "[32, 20]", "[32, 20]"])
    }

    @Test func theSameOrderAtOnceIsEchoedAndNotDoneTwice() {
        var talk = Talk(.udp)
        for _ in 0..<2 { talk.hear("[4, null]") }
        #expect(talk.delivered == [.stop()])
        #expect(talk.written == ["[4, null]", "[4, null]"])
        talk.pass(.milliseconds(50))
        talk.hear("[4, null]")
        #expect(talk.delivered == [.stop(), .stop()])
    }

    /// Only the message just before can be repeated: whoever starts, stops and starts again means the last one.
    @Test func startStopStartIsThreeOrders() {
        var talk = Talk(.udp)
        let orders = [#"[2, "2026-01-01_1_m", null]"#, "[4, null]", #"[2, "2026-01-01_1_m", null]"#, "[4, null]"]
        for order in orders {
            talk.hear(order)
            talk.pass(.milliseconds(5))
        }
        #expect(talk.delivered.map(\.event) == [.start, .end, .start, .end] && talk.written == orders)
    }

    /// Any orders of one peer in any time: what is left out equals the one just before it.
    @Test(arguments: 0..<20)
    func whatIsLeftOutRepeatsTheOneBefore(_ round: Int) {
        var random = SeededGenerator()
        var talk = Talk(.udp)
        var expected: [String] = []
        var last = ""
        for _ in 0..<40 {
            let order =
                ["[1, null]", "[2, null, 1]", "[4, null]", "[16, null]", "[8, 1]"].randomElement(using: &random) ?? ""
            if order != last { expected.append(order) }
            last = order
            talk.hear(order)
            talk.pass(.milliseconds(Int.random(in: 0...1, using: &random)))
        }
        #expect(talk.delivered.map { text($0.encoded) } == expected, "seed \(random.seed)")
    }

    /// Two questions in turn, two hundred times a second each, are answered however long that goes on.
    @Test func whoAsksOftenIsAnsweredForEver() {
        var talk = Talk(.udp)
        for _ in 0..<3000 {
            talk.hear("[32, 20]")
            talk.hear("[64, 20, null]")
            talk.pass(.milliseconds(5))
        }
        #expect(talk.written.count == 6000 && talk.delivered.count == 6000)
    }

    /// What is too long for a mark has an echo like any other, and the peer may say the same afterwards.
    @Test func whatCannotBeMarkedIsNotTakenForAnEcho() {
        var talk = Talk(.udp, ConversationSettings())
        let message = "[1, \"\(String(repeating: "x", count: PeerConversation.largestDatagram - 7))\"]"
        talk.send(message)
        talk.hear(message)
        talk.pass(.milliseconds(50))
        talk.hear(message)
        #expect(talk.confirmed.count == 1 && talk.delivered.count == 1)
        // Its echo is lost, and comes late once.
        let lost = talk.send(message)
        talk.pass(.seconds(2))
        #expect(talk.failed[lost] == .noAnswer)
        talk.hear(message)
        talk.pass(.milliseconds(50))
        talk.hear(message)
        #expect(talk.delivered.count == 2)
    }

    /// Two messages that go round between two that echo each other end too.
    @Test func twoEndlessEchoesEnd() {
        var talk = Talk(.udp)
        for message in ["[4, null]", "[32, 20]"] { talk.hear(message) }
        var rounds = 0
        while rounds < 10_000 {
            let echoes = talk.takeWritten()
            if echoes.isEmpty { break }
            for echo in echoes { talk.hear(echo) }
            rounds += 1
        }
        #expect((1...4000).contains(rounds))
    }

    /// A peer that echoes echoes, as the original does, must not be fed for ever.
    @Test(arguments: ["[32, 20]", "[4, null]", "x no message"])
    func anEndlessEchoEnds(_ message: String) {
        var talk = Talk(.udp)
        talk.hear(message)
        var rounds = 0
        while rounds < 10_000, let echo = talk.takeWritten().first {
            talk.hear(echo)
            rounds += 1
        }
        #expect((1...2000).contains(rounds))
    }

    @Test func anAnswerAfterTheGapIsNoCopy() {
        var talk = Talk(.udp)
        talk.send("[1, null]")
        talk.hear("[1, null]")
        talk.pass(.milliseconds(50))
        talk.hear("[1, null]")
        #expect(talk.delivered == [.initialize()] && talk.written == ["[1, null]", "[1, null]"])
    }

    /// A rig may answer at once with what it was told (`protocol/iblutil.md`, I22): the blanks at the end of what this
    /// side sent tell that from a copy of the echo.
    @Test func marksTellAnAnswerFromAnEcho() throws {
        var talk = Talk(.udp, ConversationSettings())
        talk.send("[1, null]")
        let sent = try #require(talk.takeWritten().first)
        #expect(sent.hasPrefix("[1, null] "))
        #expect(try RigMessage(reading: utf8(sent)) == .initialize())
        talk.hear("[1, null]")
        talk.hear(sent)
        talk.hear(sent)
        #expect(talk.delivered == [.initialize()] && talk.confirmed.count == 1)
        talk.send("[1, null]")
        #expect(talk.written.last != sent)
        talk.hear(sent)
        #expect(talk.confirmed.count == 1, "the copy of another message's echo confirms nothing")
    }

    /// Both sides mark what they send, and the first mark of each is taken at the same time.
    @Test func theMarksOfBothSidesDiffer() throws {
        var (client, server) = (Talk(.udp, ConversationSettings()), Talk(.udp, isServer: true, ConversationSettings()))
        client.send("[1, null]")
        server.send("[1, null]")
        let (toServer, toClient) = (client.takeWritten()[0], server.takeWritten()[0])
        client.hear(toClient)
        server.hear(toServer)
        for echo in client.takeWritten() { server.hear(echo) }
        for echo in server.takeWritten() { client.hear(echo) }
        #expect(client.confirmed.count == 1 && client.delivered == [.initialize()])
        #expect(server.confirmed.count == 1 && server.delivered == [.initialize()])
    }

    @Test func anEchoThatWasCutOffCounts() {
        var talk = Talk(.udp, ConversationSettings(marksDatagrams: false))
        let message = "[1, \"\(String(repeating: "x", count: 65_500 - 6))\"]"
        talk.send(message)
        talk.hear(String(message.prefix(65_400)))
        #expect(talk.confirmed.isEmpty)
        talk.hear(message)
        #expect(talk.confirmed.count == 1)
    }

    /// Random loss, copies and order between two conversations: what was confirmed was delivered, nothing was delivered
    /// twice, and only what was lost failed.
    @Test(arguments: 0..<20)
    func aBadNetwork(_ round: Int) {
        var random = SeededGenerator()
        var (left, right) = (Talk(.udp, ConversationSettings()), Talk(.udp, ConversationSettings()))
        let ids = (0..<30).map { (left.send("[32, \($0)]"), right.send("[64, \($0), null]")) }
        var underway: [(toLeft: Bool, bytes: String)] = []
        var lost: Set<String> = []
        while !left.conversation.isIdle || !right.conversation.isIdle || !underway.isEmpty {
            let new = left.takeWritten().map { (false, $0) } + right.takeWritten().map { (true, $0) }
            for (toLeft, bytes) in new {
                switch Int.random(in: 0..<10, using: &random) {
                case 0: lost.insert(String(bytes.prefix { $0 != "]" }))
                case 1, 2: underway += [(toLeft, bytes), (toLeft, bytes)]
                default: underway.append((toLeft, bytes))
                }
            }
            if underway.isEmpty || Int.random(in: 0..<4, using: &random) == 0 {
                let time = Duration.milliseconds(underway.isEmpty ? 60 : 1)
                left.pass(time)
                right.pass(time)
            } else {
                let datagram = underway.remove(at: Int.random(in: underway.indices, using: &random))
                if datagram.toLeft { left.hear(datagram.bytes) } else { right.hear(datagram.bytes) }
            }
        }
        for (index, id) in ids.enumerated() {
            let there = right.delivered.count { $0 == .status(ExpStatus(rawValue: index)) }
            let back = left.delivered.count { $0 == .info(ExpStatus(rawValue: index)) }
            #expect(there <= 1 && back <= 1, "seed \(random.seed)")
            #expect(left.confirmed.contains(id.0) != left.failed.keys.contains(id.0), "seed \(random.seed)")
            if left.failed.keys.contains(id.0) { #expect(lost.contains("[32, \(index)"), "seed \(random.seed)") }
            if right.failed.keys.contains(id.1) { #expect(lost.contains("[64, \(index), null"), "seed \(random.seed)") }
            if left.confirmed.contains(id.0) { #expect(there == 1, "seed \(random.seed)") }
            if right.confirmed.contains(id.1) { #expect(back == 1, "seed \(random.seed)") }
        }
        #expect(!left.confirmed.isEmpty && !right.confirmed.isEmpty, "seed \(random.seed)")
    }
}
