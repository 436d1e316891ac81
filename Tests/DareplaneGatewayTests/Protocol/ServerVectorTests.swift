import AcquisitionRPC
import DareplaneGateway
import Logging
import Synchronization
import Testing

/// What the real module servers of three releases were sent, sent to ours.
@Suite(.timeLimit(.minutes(1)))
struct ServerVectorTests {
    @Test(arguments: try ServerVector.all())
    func vector(_ vector: ServerVector) async throws {
        var expected = vector.outcome
        for divergence in ServerDivergence.table where divergence.applies(to: vector) {
            let before = expected
            divergence.turn(&expected)
            // Some vectors were alive in one release and not in the other.
            #expect(before != expected || divergence.releases.isEmpty, "no difference: \(divergence.why)")
        }
        // The command with which this test finds the end of what the vector did.
        expected.reply = expected.reply.replacing("|PROC|STOP", with: "|PROC|MARK|STOP")
        let module = try TestModule()
        let outcome = try await module.server.whileRunning { address in
            try await RawPeer.connect(to: address) { peer in
                #expect(try await peer.read(through: "\n") == vector.banner)
                for chunk in vector.chunks { try await peer.send(chunk) }
                try await peer.send(";MARK;UP;")
                let calls = await module.calls.all(through: "MARK", atLeast: expected.calls.count + 1)
                let reply = try await peer.read(through: expected.reply + "1")
                try await peer.send("UP;")
                let isAlive = try await peer.read(through: "1") == "1"
                return ServerVector.Outcome(
                    reply: String(reply.dropLast()),
                    calls: calls.filter { $0.name != "MARK" },
                    running: module.running.withLock { $0 },
                    isAlive: isAlive
                )
            }
        }
        expectEqual(outcome, expected)
    }

    /// NaN equals nothing, itself included.
    private func expectEqual(_ outcome: ServerVector.Outcome, _ expected: ServerVector.Outcome) {
        guard expected.calls.first?.arguments["a"]?["$float"] != nil else { return #expect(outcome == expected) }
        #expect(outcome.calls.first?.arguments["a"]?.double?.isNaN == true)
    }

    @Test(arguments: try ServerVector.all().filter { $0.second != nil })
    func secondClient(_ vector: ServerVector) async throws {
        let second = try #require(vector.second)
        let module = try TestModule()
        try await module.server.whileRunning { address in
            let ask: @Sendable () async throws -> ServerVector.Second = {
                try await RawPeer.connect(to: address) { peer in
                    let banner = try await peer.read(through: "\n")
                    guard !peer.isOver else {
                        return ServerVector.Second(isFirstGone: second.isFirstGone, banner: banner, reply: "")
                    }
                    try await peer.send("UP;")
                    let reply = try await peer.read(through: "1")
                    return ServerVector.Second(isFirstGone: second.isFirstGone, banner: banner, reply: reply)
                }
            }
            let found = try await RawPeer.connect(to: address) { peer in
                _ = try await peer.read(through: "\n")
                for chunk in vector.chunks { try await peer.send(chunk) }
                try await peer.send(";MARK;")
                _ = await module.calls.all(through: "MARK")
                return second.isFirstGone ? nil : try await ask()
            }
            let answer = if let found { found } else { try await ask() }
            // D3, D14, D15: ours serves several at once, and goes on whatever happens. CLOSE alone is the end.
            let isClosed = vector.name.hasPrefix("close")
            let (banner, reply) = isClosed ? ("", "") : ("Connected to vec_server\n", "1")
            #expect(answer == ServerVector.Second(isFirstGone: second.isFirstGone, banner: banner, reply: reply))
            if isClosed { #expect(second.banner == banner) }
        }
    }

    @Test func everyDivergenceIsAboutAVector() throws {
        let vectors = try ServerVector.all()
        for divergence in ServerDivergence.table {
            #expect(vectors.contains { divergence.applies(to: $0) }, "\(divergence.names): \(divergence.why)")
        }
        #expect(vectors.count == 150)
    }
}

/// A module with the commands with which the vectors were made.
private struct TestModule: Sendable {
    let calls = Calls()
    let server = ModuleServer(name: "vec_server", settings: .test, logger: .silent)
    let running = RunningCount()

    final class RunningCount: Sendable {
        private let count = Mutex(0)
        func withLock<Result: Sendable>(_ body: (inout Int) -> Result) -> Result { count.withLock { body(&$0) } }
    }

    init() throws {
        let (calls, running) = (calls, running)
        @Sendable func wait(_ name: String) async throws {
            running.withLock { $0 += 1 }
            calls.note(name)
            defer { running.withLock { $0 -= 1 } }
            try await Task.sleep(for: .seconds(3600))
        }
        try server.on("START", keywords: []) { calls.note("START", $0.arguments) }
        try server.on("ECHO") { calls.note("ECHO", $0.arguments) }
        try server.on("ONE", keywords: ["n"]) { calls.note("ONE", ["n": try $0.argument("n")]) }
        try server.on("POS") { calls.note("POS", $0.arguments) }
        try server.on("NONE", keywords: []) { _ in calls.note("NONE") }
        try server.on("BOOM", keywords: []) { _ in throw GatewayError(.failed, "boom") }
        try server.on("TRUE", keywords: []) { _ in calls.note("TRUE") }
        try server.on("RUN", keywords: []) { _ in
            do {
                try await wait("RUN")
            } catch {
                calls.note("RUN-stopped")
                throw error
            }
        }
        try server.on("PROC", keywords: []) { _ in try await wait("PROC") }
        try server.on("MARK") { _ in calls.note("MARK") }
    }
}
