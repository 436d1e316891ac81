import DareplaneGateway
import TestSupport
import Testing

struct ModuleInboxTests {
    /// What is expected of a module, what it sends, and what comes out.
    struct Case: Sendable, CustomTestStringConvertible {
        var lives = 0
        var lists = 0
        var modules: Set<String> = []
        var text: String
        var elements: [ModuleInbox.Element]

        var testDescription: String { text.debugDescription }

        var inbox: ModuleInbox {
            var inbox = ModuleInbox()
            inbox.modules = modules
            for _ in 0..<lives { inbox.expectSignOfLife() }
            for _ in 0..<lists { inbox.expectCommands() }
            return inbox
        }
    }

    static let go = ModuleInbox.Element.callback(Callback(module: "mod-b", name: "GO", payload: "{}"))
    static let list = "START|ECHO|STOP|CLOSE|GET_PCOMMS|UP"
    static let oldList = "START|ECHO|STOP|CLOSE"
    static let names = ModuleInbox.Element.commands(["START", "ECHO", "STOP", "CLOSE", "GET_PCOMMS", "UP"])
    static let oldNames = ModuleInbox.Element.commands(["START", "ECHO", "STOP", "CLOSE"])

    static func callback(_ module: String, _ name: String, _ payload: String) -> ModuleInbox.Element {
        .callback(Callback(module: module, name: name, payload: payload))
    }

    static let cases: [Case] = [
        Case(text: "Connected to vec_server\n", elements: [.banner("vec_server")]),
        Case(text: "Connected to x\r\nhello", elements: [.banner("x"), .text("hello")]),
        Case(lives: 1, text: "1", elements: [.alive]),
        Case(lives: 3, text: "111", elements: [.alive, .alive, .alive]),
        Case(text: "1", elements: [.alive]),
        Case(lists: 1, text: list, elements: [names]),
        Case(lists: 1, text: oldList, elements: [oldNames]),
        Case(lives: 1, lists: 1, text: list + "1", elements: [names, .alive]),
        Case(lives: 1, lists: 1, text: "1" + list, elements: [.alive, names]),
        Case(lives: 1, lists: 1, text: oldList + "1", elements: [.alive, oldNames]),
        Case(lists: 1, text: list + "mod-b|GO|{}", elements: [names, go]),
        Case(lists: 1, text: oldList + "mod-b|GO|{}", elements: [oldNames, go]),
        Case(lists: 1, text: "mod-b|GO|{}" + oldList, elements: [go, oldNames]),
        Case(lists: 1, text: "Connected to x\n" + list, elements: [.banner("x"), names]),
        Case(lists: 1, modules: ["mod-b"], text: "mod-b|GO|", elements: [callback("mod-b", "GO", "")]),
        Case(text: "mod-b|GO|{}", elements: [go]),
        Case(text: "mod-b|GO|{}mod-b|GO|{}", elements: [go, go]),
        Case(text: "mod-b|GO|{};mod-b|GO|{}\r\nmod-b|GO|{}\n", elements: [go, go, go]),
        Case(text: "mod-b|STOP|", elements: [callback("mod-b", "STOP", "")]),
        Case(text: "mod-b|GO|21", elements: [callback("mod-b", "GO", "21")]),
        Case(lives: 1, text: "mod-b|GO|{}1", elements: [go, .alive]),
        Case(lives: 1, text: "1mod-b|GO|{}", elements: [.alive, go]),
        Case(lives: 2, text: "1mod-b|GO|{}1", elements: [.alive, go, .alive]),
        Case(lives: 1, text: "mod-b|GO|1", elements: [.alive, callback("mod-b", "GO", "")]),
        Case(text: "1a|GO|{}", elements: [callback("1a", "GO", "{}")]),
        Case(
            lives: 1,
            modules: ["1a", "b"],
            text: "1a|GO|{}1",
            elements: [.alive, callback("1a", "GO", "{}"), .alive]
        ),
        Case(modules: ["1a", "mod-b"], text: "1mod-b|GO|{}", elements: [.alive, go]),
        Case(modules: ["1a", "mod-b"], text: "1a|GO|{}", elements: [callback("1a", "GO", "{}")]),
        Case(
            text: #"mod-b|GO|{"a":"}{\"","b":{"c":"|;"}}mod-b|GO|{'d': "it's }"}"#,
            elements: [
                callback("mod-b", "GO", #"{"a":"}{\"","b":{"c":"|;"}}"#), callback("mod-b", "GO", #"{'d': "it's }"}"#),
            ]
        ),
        Case(text: "mod-b|GO|{\"a\":\"é°\"}", elements: [callback("mod-b", "GO", "{\"a\":\"é°\"}")]),
        Case(text: "mod-b|GO|{\"a\":", elements: [callback("mod-b", "GO", "{\"a\":")]),
        Case(text: "mod-b|GO|{}}", elements: [go, .text("}")]),
        Case(
            text: "Was unable to decode msg=b'A|B|{\\xff}' to ascii\nmod-b|GO|{}",
            elements: [.text("Was unable to decode msg=b'A|B|{\\xff}' to ascii"), go]
        ),
        Case(text: "a|b\nmod-b|GO|{}", elements: [.text("a|b"), go]),
    ]

    @Test(arguments: cases)
    func anySegmentationGivesTheSame(_ testCase: Case) {
        var random = SeededGenerator()
        let bytes = Array(testCase.text.utf8)
        for round in 0..<200 {
            var inbox = testCase.inbox
            var now = ContinuousClock.now
            var elements: [ModuleInbox.Element] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = round == 0 ? rest.count : Int.random(in: 1...rest.count, using: &random)
                elements += inbox.receive(rest.prefix(count), at: now)
                rest = rest.dropFirst(count)
                now += .milliseconds(Int.random(in: 0...40, using: &random))
            }
            elements += inbox.timePassed(at: now + .milliseconds(100))
            #expect(elements == testCase.elements, "seed \(random.seed), round \(round)")
            #expect(inbox.deadline == nil)
        }
    }

    @Test func silenceEndsWhatHasNoOtherEnd() {
        var inbox = ModuleInbox()
        let start = ContinuousClock.now
        #expect(inbox.receive("mod-b|GO|".utf8, at: start).isEmpty)
        #expect(inbox.deadline == start + .milliseconds(50))
        #expect(inbox.timePassed(at: start + .milliseconds(49)).isEmpty)
        #expect(inbox.receive("2".utf8, at: start + .milliseconds(49)).isEmpty)
        let later = inbox.receive("mod-b|GO|{}".utf8, at: start + .milliseconds(100))
        #expect(later == [Self.callback("mod-b", "GO", "2"), Self.go])
        #expect(inbox.end().isEmpty)
    }

    // MARK: - Callbacks in pieces

    private static let call = #"mod-b|GO|{"a": {"b": "|}"}}"#

    private func inbox(lives: Int = 0) -> ModuleInbox {
        var inbox = ModuleInbox()
        inbox.modules = ["mod-b", "1a"]
        for _ in 0..<lives { inbox.expectSignOfLife() }
        return inbox
    }

    /// In two pieces, cut anywhere, with a pause between that ends everything else.
    @Test(arguments: [50, 51, 300, 499])
    func aCallbackInTwoPiecesIsOne(_ pause: Int) {
        let bytes = Array(Self.call.utf8)
        let start = ContinuousClock.now
        for cut in 1..<bytes.count {
            for between in ["", "1"] where between.isEmpty || !(10...).contains(cut) {
                var inbox = inbox(lives: between.utf8.count)
                var elements = inbox.receive(bytes[..<cut], at: start)
                elements += inbox.timePassed(at: start + .milliseconds(49))
                if !between.isEmpty { elements += inbox.receive(between.utf8, at: start + .milliseconds(pause)) }
                elements += inbox.timePassed(at: start + .milliseconds(pause))
                elements += inbox.receive(bytes[cut...], at: start + .milliseconds(pause))
                let lives = between.utf8.map { _ in ModuleInbox.Element.alive }
                #expect(elements == lives + [Self.callback("mod-b", "GO", #"{"a": {"b": "|}"}}"#)], "cut at \(cut)")
                #expect(inbox.deadline == nil)
            }
        }
    }

    @Test(arguments: [
        ("mod-b|GO", "has one '|'"), ("mod-b|", "has one '|'"), ("mod-b |GO\n", "has one '|'"),
        (#"mod-b|GO|{"a": 1"#, "not completed"), ("mod-b|GO|[1, 2", "not completed"),
        (#"mod-b|GO|"te"#, "not completed"),
    ])
    func aCallbackThatIsNotCompletedIsRejected(_ text: String, _ words: String) {
        var inbox = inbox()
        let start = ContinuousClock.now
        var elements = inbox.receive(text.utf8, at: start)
        if !text.hasSuffix("\n") {
            #expect(elements.isEmpty)
            #expect(inbox.deadline == start + .milliseconds(500))
            #expect(inbox.timePassed(at: start + .milliseconds(499)).isEmpty)
            elements = inbox.timePassed(at: start + .milliseconds(500))
        }
        guard elements.count == 1, case .rejected(let shown, let error)? = elements.first else {
            Issue.record("\(elements)")
            return
        }
        #expect(shown == text.filter { $0 != "\n" } && error.message.contains(words), "\(error)")
        #expect(inbox.receive("mod-b|GO|{}".utf8, at: start + .seconds(1)) == [Self.go])
    }

    /// One that follows ends the wait, and is not lost with what went before.
    @Test(arguments: ["mod-b|GO", "mod-b|GO|", "mod-b|GO|[1"])
    func theNextCallbackEndsTheWait(_ begun: String) {
        var inbox = inbox()
        let start = ContinuousClock.now
        #expect(inbox.receive(begun.utf8, at: start).isEmpty)
        let elements = inbox.receive("mod-b|GO|{}".utf8, at: start + .milliseconds(60))
        #expect(elements.count == 2 && elements.last == Self.go, "\(elements)")
    }

    @Test(arguments: [("mod-b|GO|", ""), ("mod-b|GO|text", "text"), ("mod-b|GO|[1, \"]\"]", "[1, \"]\"]")])
    func whatCanBeCompleteIsOne(_ text: String, _ payload: String) {
        var inbox = inbox()
        let start = ContinuousClock.now
        #expect(inbox.receive(text.utf8, at: start).isEmpty)
        #expect(inbox.timePassed(at: start + .milliseconds(500)) == [Self.callback("mod-b", "GO", payload)])
    }

    @Test func anythingElseWaitsNoLonger() {
        var inbox = inbox()
        let start = ContinuousClock.now
        #expect(inbox.receive("mod-c|GO".utf8, at: start).isEmpty)
        #expect(inbox.timePassed(at: start + .milliseconds(50)) == [.text("mod-c|GO")])
    }

    @Test func aListWaitsLonger() {
        var inbox = ModuleInbox()
        inbox.expectCommands()
        let start = ContinuousClock.now
        #expect(inbox.receive("START|STOP|".utf8, at: start).isEmpty)
        #expect(inbox.receive("CLOSE".utf8, at: start + .milliseconds(99)).isEmpty)
        #expect(inbox.timePassed(at: start + .milliseconds(199)) == [.commands(["START", "STOP", "CLOSE"])])
    }

    @Test func whatIsTooLargeOrNotTextIsRefusedAndTheNextIsRead() {
        var inbox = ModuleInbox(sizeLimit: 100)
        let start = ContinuousClock.now
        let large = inbox.receive(("mod-b|GO|{" + String(repeating: "x", count: 1000)).utf8, at: start)
        #expect(large.count == 1)
        guard case .refused(let error) = large.first else { return #expect(Bool(false), "\(large)") }
        #expect(error.message.contains("more than 100 bytes"))
        #expect(inbox.receive("mod-b|GO|{}".utf8, at: start + .milliseconds(60)) == [Self.go])
        let odd = inbox.receive([0xFF, 0x0A] + Array("mod-b|GO|{}".utf8), at: start + .milliseconds(200))
        guard case .refused = odd.first else { return #expect(Bool(false), "\(odd)") }
        #expect(odd.last == Self.go)
    }

    @Test func aByteC2ThatBeginsNoCharacterIsLeftOut() {
        var inbox = ModuleInbox()
        let bytes = Array("mod-b|GO|".utf8) + [0xC2] + Array("{}".utf8)
        #expect(inbox.receive(bytes, at: .now) == [Self.go])
    }

    @Test func randomBytesNeverStopIt() {
        var random = SeededGenerator()
        let alphabet = Array("1|{}\"';\r\n\\aSTOP|CLOSE|GET_PCOMMS|UP".utf8) + [0xC2, 0xFF]
        for round in 0..<2_000 {
            var inbox = ModuleInbox(sizeLimit: 64)
            inbox.modules = ["a", "1a"]
            let start = ContinuousClock.now
            for step in 0..<20 {
                if Bool.random(using: &random) { inbox.expectSignOfLife() }
                if Bool.random(using: &random) { inbox.expectCommands() }
                let count = Int.random(in: 0...30, using: &random)
                let bytes = (0..<count).compactMap { _ in alphabet.randomElement(using: &random) }
                _ = inbox.receive(bytes, at: start + .milliseconds(step * Int.random(in: 0...60, using: &random)))
            }
            _ = inbox.end()
            let last = inbox.receive("a|GO|{}".utf8, at: start + .seconds(60))
            #expect(last.last == Self.callback("a", "GO", "{}"), "seed \(random.seed), round \(round)")
        }
    }
}
