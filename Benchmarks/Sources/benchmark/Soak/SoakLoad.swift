import AcquisitionModel
import Foundation
import Histogram
import Synchronization
import ZeroMQ

/// The peers of the service: each on a thread of its own.
final class SoakLoad: Sendable {
    private let subscriber: String
    private let command: String
    /// A service of bare libzmq: what its answers take is what the machine makes everybody wait.
    private let control: String
    private let context: Context
    private let stalled: Socket
    private let isOver = Atomic(false)
    private let state = Mutex(State())
    private let threads = DispatchGroup()

    private struct State {
        var counts = SoakCounts()
        var commands = State.histogram
        var events = State.histogram
        var control = State.histogram

        static var histogram: Histogram<UInt64> {
            Histogram(highestTrackableValue: 100_000_000_000, numberOfSignificantValueDigits: .two)
        }
    }

    init(subscriber: String, command: String, control: String) throws {
        self.control = control
        self.subscriber = subscriber
        self.command = command
        context = try Context()
        stalled = try context.socket(.sub)
        try stalled.set(.receiveHighWaterMark, to: 1)
        try stalled.set(.receiveBufferSize, to: 65_536)
        try stalled.subscribe([])
        try stalled.connect(subscriber)
    }

    func start() {
        run { try $0.hear() }
        run { try $0.ask() }
        run { try $0.comeAndGo() }
        run { try $0.askControl() }
    }

    /// Ends every peer, and waits for that.
    func stop() {
        isOver.store(true, ordering: .releasing)
        threads.wait()
        stalled.close()
    }

    var counts: SoakCounts { state.withLock { $0.counts } }

    /// The 99th of 100 since the last call, in milliseconds.
    func takeLatencies() -> SoakSample.Latencies {
        state.withLock { state in
            func take(_ histogram: inout Histogram<UInt64>) -> Double {
                defer { histogram.reset() }
                return Double(histogram.valueAtPercentile(99)) / 1e6
            }
            return SoakSample.Latencies(
                commands: take(&state.commands),
                events: take(&state.events),
                control: take(&state.control)
            )
        }
    }

    // MARK: - Peers

    private func run(_ body: @escaping @Sendable (SoakLoad) throws -> Void) {
        threads.enter()
        Thread.detachNewThread { [self] in
            do { try body(self) } catch { Soak.say("a peer ended: \(error)") }
            threads.leave()
        }
    }

    private var goesOn: Bool { !isOver.load(ordering: .acquiring) }

    private func open(_ kind: SocketKind, _ endpoint: String) throws -> Socket {
        let socket = try context.socket(kind)
        try socket.set(.linger, to: .zero)
        try socket.set(.receiveTimeout, to: .seconds(5))
        if kind == .sub { try socket.subscribe([0xA1, 0x0F, 0, 0]) }
        try socket.connect(endpoint)
        return socket
    }

    /// The subscriber that reads everything.
    private func hear() throws {
        let socket = try open(.sub, subscriber)
        defer { socket.close() }
        let poller = Poller(watching: socket)
        var next: Int?
        while goesOn {
            guard let message = try socket.tryReceive() else {
                _ = try poller.poll(timeout: .milliseconds(100))
                continue
            }
            let now = DispatchTime.now().uptimeNanoseconds
            let event = try ApiEvent(json: JSONReader.read(message.frames.last ?? []))
            guard let number = event.context["number"]?.int, let sent = event.context["sent"]?.int else { continue }
            state.withLock { state in
                state.counts.events += 1
                state.counts.eventsMissed += next.map { max(0, number - $0) } ?? 0
                state.events.record(now > UInt64(sent) ? now - UInt64(sent) : 0)
            }
            next = number + 1
        }
    }

    /// The client that asks a hundred times a second, whether it was answered or not.
    private func ask() throws {
        let socket = try open(.dealer, command)
        defer { socket.close() }
        let poller = Poller(watching: socket)
        var sent: [Int: UInt64] = [:]
        let start = DispatchTime.now().uptimeNanoseconds
        var number = 0
        while goesOn {
            let due = start + UInt64(number) * 10_000_000
            let now = DispatchTime.now().uptimeNanoseconds
            if now >= due {
                number += 1
                sent[number] = now
                try socket.send(Message(frames: [[], Array(#"{"command":400,"nonce":\#(number)}"#.utf8)]))
                state.withLock { $0.counts.commands += 1 }
            } else {
                _ = try poller.poll(timeout: .nanoseconds(Int64(due - now)))
            }
            while let reply = try socket.tryReceive() {
                let now = DispatchTime.now().uptimeNanoseconds
                let nonce = try JSONReader.read(reply.frames.last ?? [])["nonce"]?.int
                guard let time = nonce.flatMap({ sent.removeValue(forKey: $0) }) else { continue }
                state.withLock { state in
                    state.counts.answers += 1
                    state.commands.record(now - time)
                }
            }
        }
        // What was asked last is answered too.
        while !sent.isEmpty, let reply = try? socket.receive() {
            let nonce = try JSONReader.read(reply.frames.last ?? [])["nonce"]?.int
            if nonce.flatMap({ sent.removeValue(forKey: $0) }) != nil { state.withLock { $0.counts.answers += 1 } }
        }
    }

    /// The same hundred questions a second, to bare libzmq.
    private func askControl() throws {
        let socket = try open(.dealer, control)
        defer { socket.close() }
        var due = DispatchTime.now().uptimeNanoseconds
        while goesOn {
            let now = DispatchTime.now().uptimeNanoseconds
            if due > now { usleep(UInt32((due - now) / 1000) + 1) }
            let begin = DispatchTime.now().uptimeNanoseconds
            due = max(due + 10_000_000, begin)
            try socket.send(Message(frames: [[], Array(#"{"command":400,"nonce":1}"#.utf8)]))
            _ = try socket.receive()
            let taken = DispatchTime.now().uptimeNanoseconds - begin
            state.withLock { state in _ = state.control.record(taken) }
        }
    }

    /// A client a second: it asks, hears an event, and is gone.
    private func comeAndGo() throws {
        while goesOn {
            let start = DispatchTime.now().uptimeNanoseconds
            let (asking, hearing) = (try open(.req, command), try open(.sub, subscriber))
            try asking.send(Message(Array(#"{"command":400,"nonce":1}"#.utf8)))
            let isServed = (try? asking.receive()) != nil && (try? hearing.receive()) != nil
            asking.close()
            hearing.close()
            state.withLock { state in
                state.counts.clients += 1
                if !isServed { state.counts.clientsFailed += 1 }
            }
            let taken = DispatchTime.now().uptimeNanoseconds - start
            if goesOn, taken < 1_000_000_000 { usleep(UInt32((1_000_000_000 - taken) / 1000)) }
        }
    }
}
