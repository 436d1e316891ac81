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

    @Test func allAreReached() async throws {
        try await Bench.run { bench in
            try await bench.client { first in
                try await bench.client { second in
                    for client in [first, second] { _ = try await client.request(LiaisonCommand(.ping)) }
                    #expect(bench.server.clients.count == 2)
                    bench.server.push(["n": .number(.infinity)])
                    bench.server.push("text that is no JSON")
                    for client in [first, second] {
                        var pushes = client.pushes.makeAsyncIterator()
                        #expect(await pushes.next() == ["n": .number(.infinity)])
                        #expect(await pushes.next() == "text that is no JSON")
                    }
                }
            }
        }
    }
}
