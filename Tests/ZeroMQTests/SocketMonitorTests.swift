import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct SocketMonitorTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func seesAConnectionFromItsBeginningToItsEnd() throws {
        let server = try bench.socket(.router)
        let monitor = try SocketMonitor(server)
        #expect(try monitor.tryReceive() == nil)
        try server.bind("tcp://127.0.0.1:*")
        let listening = try monitor.wait(for: .listening)
        #expect(listening.endpoint == (try server.lastEndpoint))
        #expect(listening.value > 0)
        let client = try bench.socket(.dealer)
        let clientMonitor = try SocketMonitor(client)
        try client.connect(try server.lastEndpoint)
        try monitor.wait(for: .accepted)
        try monitor.wait(for: .handshakeSucceeded)
        try clientMonitor.wait(for: .connected)
        try clientMonitor.wait(for: .handshakeSucceeded)
        client.close()
        try monitor.wait(for: .disconnected)
        try clientMonitor.wait(for: .monitorStopped)
        #expect(try clientMonitor.tryReceive() == nil)
    }

    @Test func seesThatNobodyListens() throws {
        let vacated = try bench.socket(.rep)
        try vacated.bind("tcp://127.0.0.1:*")
        let endpoint = try vacated.lastEndpoint
        try vacated.unbind(endpoint)
        let client = try bench.socket(.req)
        try client.set(.reconnectInterval, to: .milliseconds(1))
        let monitor = try SocketMonitor(client)
        try client.connect(endpoint)
        try monitor.wait(for: .connectDelayed)
        try monitor.wait(for: .closed)
        try monitor.wait(for: .connectRetried)
    }

    @Test func oneMonitorAtATime() throws {
        let socket = try bench.socket(.pub)
        let first = try SocketMonitor(socket)
        #expect(failure { try SocketMonitor(socket) }?.code == .alreadyMonitored)
        first.close()
        first.close()
        #expect(failure { try first.tryReceive() }?.code == .closed)
        let second = try SocketMonitor(socket)
        first.close()
        try socket.bind("tcp://127.0.0.1:*")
        try second.wait(for: .listening)
    }

    @Test func closingItNeverStopsTheSocket() throws {
        // libzmq waits for ever for a monitor's reader that has gone without telling it.
        let (router, client) = try bench.pair(.router, .dealer)
        try client.send(Message("first"))
        _ = try router.receive()
        let endpoint = try router.lastEndpoint
        let monitor = try SocketMonitor(router)
        let received = try BackgroundThread { try persistently { try router.receive() } }
        router.waitUntilInUse()
        monitor.close()
        client.close()
        let second = try bench.socket(.dealer)
        try second.connect(endpoint)
        try second.send(Message("second"))
        #expect(try received.join().frames.last == "second".bytes)
        #expect(failure { try monitor.tryReceive() }?.code == .closed)
    }

    @Test func eventsThatNobodyReadsDoNotStopTheSocket() throws {
        let server = try bench.socket(.router)
        let monitor = try SocketMonitor(server)
        try server.bind("tcp://127.0.0.1:*")
        let endpoint = try server.lastEndpoint
        for _ in 0..<800 {
            let client = try bench.socket(.dealer)
            try client.connect(endpoint)
            try client.send(Message("x"))
            _ = try server.receive()
        }
        var count = 0
        while try monitor.tryReceive() != nil { count += 1 }
        #expect(count > 2000)
    }

    @Test func droppingThemInAnyOrderEnds() throws {
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]] {
            var context: Context? = try Context()
            var socket: Socket? = try context?.socket(.rep)
            var monitor: SocketMonitor? = try socket.map { socket throws in try SocketMonitor(socket) }
            try socket?.bind("tcp://127.0.0.1:*")
            try monitor?.wait(for: .listening)
            for step in order {
                switch step {
                case 0: context = nil
                case 1: socket = nil
                default: monitor = nil
                }
            }
            #expect(context == nil && socket == nil && monitor == nil)
        }
    }
}

extension SocketMonitor {
    /// Reads events up to one of a kind.
    @discardableResult
    func wait(for kind: MonitorEvent.Kind) throws -> MonitorEvent {
        var poller = Poller()
        poller.watch(self)
        while true {
            if let event = try tryReceive() {
                if event.kind == kind { return event }
            } else {
                try #require(try poller.poll(timeout: .seconds(20)).isReadable(self), "no \(kind)")
            }
        }
    }
}
