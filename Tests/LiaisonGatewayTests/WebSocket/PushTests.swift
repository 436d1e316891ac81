import GatewayCore
import LiaisonGateway
import NIOCore
import Testing

/// Messages that nobody asked for.
@Suite(.timeLimit(.minutes(1)))
struct PushTests {
    /// The vector `server-push`: to the one that connected last, after the reply.
    @Test func sendReachesTheNewest() async throws {
        try await Bench.run { bench in
            try await bench.client { older in
                _ = try await older.request(LiaisonCommand(.ping))
                let received = try await RawWebSocket.connect(bench.address) { newest in
                    _ = try await newest.shakeHands()
                    let request =
                        #"{"command": {"command": "run", "args": ["liaison.send", {"hello": 1}]}, "id": "push"}"#
                    try await newest.send(RawWebSocket.text(request))
                    var texts = [UInt8]()
                    while !String(decoding: texts, as: UTF8.self).hasSuffix(#"{"hello": 1}"#),
                        let more = await newest.inbound.next()
                    {
                        texts += Array(more.readableBytesView)
                    }
                    return texts
                }
                let reply = RawWebSocket.frame(
                    0x81,
                    Array(
                        #"{"response": null, "tag": "response", "evt": {"command": {"command": "run", "args": ["liaison.send", {"hello": 1}]}, "id": "push"}}"#
                            .utf8
                    ),
                    isMasked: false
                )
                #expect(received == reply + RawWebSocket.frame(0x81, Array(#"{"hello": 1}"#.utf8), isMasked: false))
            }
        }
    }

    /// Listeners look into `evt.id` of whatever arrives, and pass on what has a tag; a page reads valid JSON only.
    @Test func allAreReached() async throws {
        let pushes: [(JSONValue, heard: JSONValue)] = [
            (["n": .number(.infinity)], ["n": nil, "tag": "push", "evt": ["id": "push:push"]]),
            ([.number(.nan), 1], ["message": [nil, 1], "tag": "push", "evt": ["id": "push:push"]]),
            (nil, ["message": nil, "tag": "push", "evt": ["id": "push:push"]]),
            (
                ["tag": "alert", "message": ["code": 4115]],
                ["tag": "alert", "message": ["code": 4115], "evt": ["id": "push:alert"]]
            ),
            (["evt": ["id": 7], "tag": nil], ["evt": ["id": 7], "tag": "push"]),
            ("text that is no JSON", "text that is no JSON"),
        ]
        try await Bench.run { bench in
            try await bench.client { first in
                try await bench.client { second in
                    for client in [first, second] { _ = try await client.request(LiaisonCommand(.ping)) }
                    #expect(bench.server.clients.count == 2)
                    for (push, _) in pushes { bench.server.push(push) }
                    for client in [first, second] {
                        var heard = client.pushes.makeAsyncIterator()
                        for (_, expected) in pushes {
                            let push = await heard.next()
                            #expect(push == expected)
                        }
                    }
                }
            }
        }
    }
}
