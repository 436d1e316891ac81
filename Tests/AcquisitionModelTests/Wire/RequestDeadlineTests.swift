import Testing

@testable import AcquisitionModel

/// How a request says until when it may begin.
struct RequestDeadlineTests {
    @Test func aRequestKeepsItOnTheWire() throws {
        for deadline in [nil, .question, RequestDeadline(epoch: 1_795_213_759_046_627_328, uptime: 12_345)] {
            var request = ApiCommandRequest(.setApplicationMode, nonce: 5, data: ["mode": 100])
            request.client = "me"
            request.deadline = deadline
            let bytes = try request.encoded()
            #expect(try ApiCommandRequest(bytes: bytes).deadline == deadline)
            request.deadline = nil
            let rest = bytes[..<RequestDeadline.start(in: bytes)]
            #expect(try request.encoded().starts(with: rest) && (rest.count == bytes.count) == (deadline == nil))
        }
        // Also of one that is large.
        var large = ApiCommandRequest(
            .setApplicationMode,
            nonce: 5,
            data: .string(String(repeating: "x", count: 5_000))
        )
        large.client = "me"
        large.deadline = RequestDeadline(epoch: 7, uptime: 8)
        #expect(try ApiCommandRequest(bytes: large.encoded()).deadline == large.deadline)
    }

    @Test(
        arguments: [
            (#"{"command":1,"epoch":5,"deadline":7}"#, #"{"command":1"#),
            (#"{"command":1,"deadline":0}"#, #"{"command":1"#),
            (#"{"epoch":5,"deadline":7}"#, #"{"epoch":5"#), (#"{"deadline":7}"#, #"{"deadline":7}"#), ("}", "}"),
            ("", ""),
            (#"{"command":1,"deadline":7 }"#, #"{"command":1,"deadline":7 }"#),
            (#"{"data":{"a":1,"deadline":7}}"#, nil),
            (#"{"command":1,"deadline":-7}"#, nil), (#","deadline":7}"#, ""), (#"7,"deadline":7}"#, "7"),
        ] as [(String, String?)]
    )
    func itIsFoundWhereItStandsLast(_ body: String, _ rest: String?) {
        let bytes = Array(body.utf8)
        #expect(String(decoding: bytes[..<RequestDeadline.start(in: bytes)], as: UTF8.self) == rest ?? body)
    }
}
