import Testing

@testable import ZeroMQ

struct SocketGateTests {
    @Test func oneAtATime() {
        let gate = Gate()
        #expect(gate.enter() == nil)
        #expect(gate.enter() == .busy)
        #expect(gate.leave() == .none)
        #expect(gate.enter() == nil)
    }

    @Test func whoeverShutsAnEmptyGateCloses() {
        let gate = Gate()
        #expect(gate.shut())
        #expect(!gate.shut())
        #expect(gate.enter() == .closed)
        #expect(gate.isShut)
    }

    @Test func whoeverIsInsideClosesOnTheWayOut() {
        let gate = Gate()
        #expect(gate.enter() == nil)
        #expect(!gate.shut())
        #expect(gate.enter() == .closed)
        #expect(gate.leave() == .close)
        #expect(gate.enter() == .closed)
        #expect(!gate.shut())
    }

    @Test func whoeverIsInsideStopsTheMonitor() {
        let gate = Gate()
        #expect(gate.enter() == nil)
        #expect(!gate.requestMonitorStop())
        #expect(gate.leave() == .stopMonitor)
        #expect(gate.enter() == .busy)
        #expect(gate.leave() == .none)
        #expect(gate.enter() == nil)
    }

    @Test func stoppingTheMonitorOfAnIdleSocketGoesInside() {
        let gate = Gate()
        #expect(gate.requestMonitorStop())
        #expect(gate.enter() == .busy)
        #expect(gate.leave() == .stopMonitor)
        #expect(!gate.shut())
        #expect(gate.leave() == .close)
    }

    @Test func nothingIsLeftToStopAfterClosing() {
        let gate = Gate()
        #expect(gate.shut())
        #expect(!gate.requestMonitorStop())
    }
}

/// `#expect` cannot hold what cannot be copied.
private final class Gate {
    private let gate = SocketGate()

    var isShut: Bool { gate.isShut }

    func enter() -> SocketGate.Refusal? { gate.enter() }
    func leave() -> SocketGate.Duty { gate.leave() }
    func shut() -> Bool { gate.shut() }
    func requestMonitorStop() -> Bool { gate.requestMonitorStop() }
}
