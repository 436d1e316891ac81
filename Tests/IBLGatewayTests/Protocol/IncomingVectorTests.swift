import AcquisitionModel
import GatewayCore
import IBLGateway
import TestSupport
import Testing

/// What a rig does with what it is sent: the recordings of the Python package, against a conversation of ours.
struct IncomingVectorTests {
    /// Where this side does something else, and why.
    struct Divergence: Sendable {
        /// What is sent back, where that differs.
        var sentBack: [String]?
        /// What is delivered, where that differs.
        var delivered: [RigMessage]?
        var why: String

        init(sentBack: [String]? = nil, delivered: [RigMessage]? = nil, _ why: String) {
            self.sentBack = sentBack
            self.delivered = delivered
            self.why = why
        }
    }

    /// By the subject of the vector. Everywhere else what is sent back and delivered is the same.
    static let divergences: [String: Divergence] = [
        "error-short": Divergence(
            delivered: [RigMessage(.error, ["x"])],
            "a report of an error that names no event is still worth reading; the package raises an exception"
        ),
        "two-messages-back-to-back": Divergence(
            delivered: [.initialize(), .stop()],
            "messages in one segment are taken apart (I28); the package reads one text that is no JSON, and loses both"
        ),
        "split-message": Divergence(
            delivered: [.initialize()],
            "a message in two segments is put together; the package loses it"
        ),
    ]

    /// The package closes a TCP connection when something in a message is wrong (I10), and answers with an error in the
    /// same segment as the echo (I28). Here the connection lives on in every case.
    @Test(arguments: Vector.of("incoming-udp", "incoming-tcp"))
    func incoming(_ vector: Vector) throws {
        let transport = try #require(RigURI.Transport(rawValue: vector.transport))
        var talk = Talk(transport)
        for segment in try #require(vector["sent_hex"]?.array) { talk.hear(Self.bytes(segment, vector)) }
        if vector.subject == "callback-raises" {
            talk.report(.failure("ValueError: Callback failed", of: .initialize))
            talk.pass(.milliseconds(60))
        }
        let divergence = Self.divergences[vector.subject]
        let sentBack = divergence?.sentBack ?? vector.texts("received_back").filter { $0 != "<EOF>" }
        if vector.subject == "big-8k" {
            #expect(talk.written.map(\.utf8.count) == [8007] && talk.delivered.map(\.event) == [.initialize])
        } else {
            // The recording shows each byte as a character.
            #expect(
                utf8(talk.written.joined())
                    == sentBack.joined().unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
            )
            #expect(
                talk.delivered.map(\.encoded) == (try divergence?.delivered ?? Self.callbacks(vector)).map(\.encoded)
            )
        }
        talk.pass(.milliseconds(500))
        talk.hear("[64, 30, \"the next one\"]")
        #expect(talk.delivered.last == .info(.stopped, "the next one") && !talk.isClosed)
    }

    private static func bytes(_ segment: JSONValue, _ vector: Vector) -> [UInt8] {
        // A long one is recorded as its length only.
        segment.string?.hasPrefix("<") == true ? utf8(vector.texts("sent_text").first ?? "") : segment.hexBytes
    }

    private static func callbacks(_ vector: Vector) throws -> [RigMessage] {
        try (vector["callbacks"]?.array ?? []).map { call in
            let event = ExpMessage(rawValue: try #require(call["event"]?.int))
            // NaN is recorded as Python prints it; here it is a number that is written as null.
            return RigMessage(event, call["data"]?.array ?? [.number(.nan)])
        }
    }
}
