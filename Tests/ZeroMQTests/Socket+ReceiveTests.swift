import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct SocketReceiveTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func nothingThere() throws {
        let socket = try bench.socket(.dealer)
        #expect(try socket.tryReceive() == nil)
        try socket.set(.receiveTimeout, to: .milliseconds(1))
        #expect(failure { try socket.receive() }?.code == .timedOut)
    }

    @Test func aPublisherDoesNotReceive() throws {
        let socket = try bench.socket(.pub)
        #expect(failure { try socket.receive() }?.code == .notSupported)
    }

    @Test func answeringFirstIsOutOfTurn() throws {
        let socket = try bench.socket(.req)
        #expect(failure { try socket.tryReceive() }?.code == .wrongState)
    }

    @Test func aPeerThatSendsTooMuchIsDropped() throws {
        let router = try bench.socket(.router)
        try router.set(.maxMessageSize, to: 1000)
        let monitor = try SocketMonitor(router)
        try router.bind("tcp://127.0.0.1:*")
        let greedy = try bench.socket(.dealer)
        try greedy.set(.reconnectInterval, to: nil)
        try greedy.connect(try router.lastEndpoint)
        try greedy.send([[UInt8](repeating: 0, count: 1000)])
        #expect(try router.receive().frames[1].count == 1000)
        try greedy.send([[UInt8](repeating: 0, count: 1001)])
        try monitor.wait(for: .disconnected)
        #expect(try router.tryReceive() == nil)
    }
}
