import AcquisitionModel
import AcquisitionRPC
import Testing
import ZeroMQ

/// What clients and proxies put before a request comes back as it was.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct EnvelopeTests {
    @Test func aRelaxedReqGoesOnAfterATimeout() async throws {
        let bench = try Bench { $0.pendingAfter = nil }
        let (asked, late) = (Gate(), Gate())
        bench.service.setDelegate { request in
            if request.nonce == 1 {
                await asked.open()
                await late.wait()
            }
            return .success(["seen": request.nonce])
        }
        let client = try bench.commands(.req) { socket in
            try socket.set(.reqRelaxed, to: true)
            try socket.set(.reqCorrelate, to: true)
        }
        try await client.send([Array(#"{"command":400,"nonce":1}"#.utf8)])
        await asked.wait()
        #expect(try await client.receive(within: .milliseconds(50)) == nil)
        // The reply to the first request comes before that to the second; the socket drops it.
        await late.open()
        #expect(try await client.ask(#"{"command":400,"nonce":2}"#).data == ["seen": 2])
        #expect(try await client.ask(#"{"command":400,"nonce":3}"#).data == ["seen": 3])
        await bench.close()
    }

    @Test(arguments: 1...3)
    func repliesFindTheirWayThroughProxies(_ depth: Int) async throws {
        let bench = try Bench()
        bench.service.setDelegate { .success(["seen": $0.nonce]) }
        let stop = try bench.socket(.pub)
        try stop.bind("inproc://stop")
        var endpoint = try #require(bench.service.endpoints?.command.first)
        for _ in 0..<depth { endpoint = try bench.proxy(to: endpoint, stop: "inproc://stop") }
        let clients = try (0..<5).map { number in
            let socket = try bench.socket(number.isMultiple(of: 2) ? .req : .dealer)
            try socket.connect(endpoint)
            return RawPeer(socket)
        }
        for round in 0..<10 {
            for (number, client) in clients.enumerated() {
                let nonce = JSONValue(number * 100 + round)
                #expect(try await client.ask(#"{"command":400,"nonce":\#(nonce)}"#).data == ["seen": nonce])
            }
        }
        // What is wrong is answered through proxies too.
        #expect(try await clients[0].ask("[]").errorMessage?.contains("(rule: type)") == true)
        try await RawPeer(stop).send([[]])
        await bench.close()
    }

    @Test func anyFramesBeforeTheEmptyOneComeBack() async throws {
        let bench = try Bench()
        let client = try bench.commands(.dealer)
        let envelope: [[UInt8]] = [[1, 2, 3, 4], [0], Array(repeating: 7, count: 255), []]
        try await client.send(envelope + [Array(#"{"command":0,"nonce":3}"#.utf8)])
        let reply = try #require(try await client.receive())
        #expect(Array(reply.dropLast()) == envelope)
        #expect(try JSONReader.read(reply[4])["nonce"] == 3)
        // An envelope and nothing in it.
        try await client.send([[1], []])
        let answer = try #require(try await client.receive())
        #expect(Array(answer.dropLast()) == [[1], []])
        #expect(try JSONReader.read(answer[2])["result"] == 0)
        await bench.close()
    }
}

extension Bench {
    /// Passes requests on to `endpoint` as `zmq_proxy` does; where to send them.
    fileprivate func proxy(to endpoint: String, stop: String) throws -> String {
        let (front, back, control) = (try socket(.router), try socket(.dealer), try socket(.sub))
        try front.bind("tcp://127.0.0.1:*")
        try back.connect(endpoint)
        try control.subscribe([])
        try control.connect(stop)
        Worker.start("test-proxy") {
            var poller = Poller()
            for socket in [front, back, control] { poller.watch(socket) }
            while let ready = try? poller.poll(), !ready.isReadable(control) {
                if let message = try? front.tryReceive() { try? back.send(message) }
                if let message = try? back.tryReceive() { try? front.send(message) }
            }
        }
        return try front.lastEndpoint
    }
}
