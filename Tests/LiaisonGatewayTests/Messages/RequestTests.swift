import GatewayCore
import LiaisonGateway
import TestSupport
import Testing

/// Messages that are hardly any.
struct RequestTests {
    @Test(arguments: [
        ("5", "TypeError: 'int' object is not subscriptable"),
        ("null", "TypeError: 'NoneType' object is not subscriptable"),
        ("true", "TypeError: 'bool' object is not subscriptable"),
        ("1.5", "TypeError: 'float' object is not subscriptable"),
        ("[]", "TypeError: list indices must be integers or slices, not str"), ("{}", "KeyError: 'command'"),
        (#"{"Command":{"command":"ping"}}"#, "KeyError: 'command'"),
    ])
    func withoutAPlaceForACommand(_ text: String, _ expected: String) throws {
        let request = try LiaisonRequest(Array(text.utf8))
        guard case .unusable(let error) = request.content else {
            Issue.record("\(request)")
            return
        }
        #expect("\(error)" == expected)
    }

    @Test(arguments: [
        #""ping""#, "null", "[]", "5", #"{"command":"PING"}"#, #"{"command":5}"#, #"{"command":"ping","args":null}"#,
        #"{"command":"ping","kwargs":null}"#,
    ])
    func noCommand(_ command: String) throws {
        #expect(try LiaisonRequest(Array(#"{"command":\#(command)}"#.utf8)).content == .noCommand)
    }

    @Test(arguments: [
        ("1e16", "1e+16"), ("12345678901234568.0", "1.2345678901234568e+16"), ("1e15", "1000000000000000.0"),
        ("-1e16", "-1e+16"), ("1e400", "Infinity"), ("-1e400", "-Infinity"), ("NaN", "NaN"), ("-Infinity", "-Infinity"),
        ("1e-5", "1e-05"), ("0.0001", "0.0001"), ("123456789012345678901234567890", "123456789012345678901234567890"),
        (#""\u00e9\u007f\ud83d\ude00/""#, #""\u00e9\u007f\ud83d\ude00/""#), ("1.0", "1.0"), ("-0", "0"),
        ("-0.0", "-0.0"),
    ])
    func valuesAreEchoedAsPythonWritesThem(_ given: String, _ echoed: String) throws {
        let request = try LiaisonRequest(Array(#"{"command":{"command":"ping"},"id":\#(given)}"#.utf8))
        let reply = LiaisonReply(.response("pong"), to: request)
        let expected =
            #"{"response": "pong", "tag": "response", "evt": {"command": {"command": "ping"}, "id": \#(echoed)}}"#
        #expect(reply.text == expected)
    }

    @Test func repliesAreReadBack() throws {
        let request = LiaisonRequest(LiaisonCommand(.ping), id: 7)
        for content in [LiaisonReply.Content.response(["a": [1, nil]]), .error(LiaisonError("KeyError", "'x'").lines)] {
            let reply = LiaisonReply(content, to: request)
            #expect(LiaisonReply(json: try JSONReader.read(reply.text)) == reply)
        }
        let error = #expect(throws: LiaisonError.self) {
            try LiaisonReply(.error(LiaisonError("KeyError", "a: b").lines), to: request).get()
        }
        #expect(error == LiaisonError("KeyError", "a: b"))
        #expect(LiaisonReply(json: ["hello": 1]) == nil)
    }

    /// Junk is refused or answered; whatever comes out can be read again.
    @Test func junkIsSurvived() async throws {
        var random = SeededGenerator()
        let seeds = try VectorTests.vectors().map(\.request).filter { !$0.isEmpty }
        let companion = try Fixture.companion()
        for _ in 0..<Heavy.count(200_000, short: 5000) {
            var message = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0...message.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: message.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
                case 1 where place < message.count: message.remove(at: place)
                case 2 where place < message.count:
                    message[place] = Array(#"{}[]":,$.0"#.utf8).randomElement(using: &random) ?? 0
                default: message.append(contentsOf: message.suffix(place % 16))
                }
            }
            guard let request = try? LiaisonRequest(message) else { continue }
            let reply = await companion.answer(request)
            let text = reply.text
            let isASCII = text.utf8.allSatisfy { 0x20..<0x7F ~= $0 }
            #expect(isASCII, "seed \(random.seed): \(message)")
            let json = try? JSONReader.read(text, limits: WireLimits(depth: 70), tolerance: .oldReleases)
            let readBack = try #require(json.flatMap(LiaisonReply.init(json:)), "seed \(random.seed): \(message)")
            #expect(readBack.text == text, "seed \(random.seed): \(message)")
        }
    }
}
