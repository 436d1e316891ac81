import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import Logging
import Synchronization
import TestSupport

/// A service that is restarted again and again on the same ports, with a delegate that does everything a delegate may.
final class Rig: Sendable {
    /// What a command tells the delegate to do, as `data["k"]`.
    enum Behaviour: Int, CaseIterable, Sendable {
        case answers, throwsError, suspends, blocks
        /// `answerLater` at once, after a suspension, from a task of its own before or after the return.
        case leavesWork, leavesWorkLate, returnsThenLeavesWork, leavesWorkTwice
        /// Publishes the result itself from another thread; never does; does so before it returns.
        case publishesItself, owesForEver, publishesFirst
    }

    let inside: InProcessTransport
    private let ledger: Ledger
    private let ports: (subscriber: UInt16, command: UInt16)
    private let current = Mutex<Running?>(nil)
    private let slowdown: Int

    private struct Running {
        let service: TransportRpcService
        let transport: RecordingTransport
    }

    init(ledger: Ledger, ports: (subscriber: UInt16, command: UInt16), slowdown: Int) {
        (self.ledger, self.ports, self.slowdown) = (ledger, ports, slowdown)
        inside = InProcessTransport()
    }

    var service: TransportRpcService? { current.withLock { $0?.service } }

    /// Starts a new service; the ports may be taken for a moment after the last one.
    func start() throws {
        var options = RpcOptions(
            identifier: "model",
            heartbeatInterval: .milliseconds(100),
            subscriberPort: ports.subscriber,
            commandPort: ports.command,
            pendingAfter: .milliseconds(30),
            // Shorter than a request may be on its way.
            deduplicate: .milliseconds(500)
        )
        options.load = LoadLimits(pendingTime: .seconds(2))
        let logger = Logger(label: "model") { _ in SwiftLogNoOpLogHandler() }
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let outside = ZeroMQServiceTransport(options: options, logger: logger)
            let transport = RecordingTransport(
                JointTransport(inside: inside, outside: outside),
                ledger: ledger,
                stopLimit: .seconds(1) * slowdown
            )
            let service = TransportRpcService(options: options, transport: transport, logger: logger)
            service.setDelegate { [weak self, weak service] request in
                guard let self, let service else { return .unavailable() }
                return try await answer(request, service)
            }
            do {
                try service.start()
                return current.withLock { $0 = Running(service: service, transport: transport) }
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
            }
        }
    }

    /// Stops the service, and checks what is to be true from then on.
    func stop() {
        guard let running = current.withLock({ $0.take() }) else { return }
        let taken = ContinuousClock().measure { running.service.stop() }
        if taken > .seconds(2) * slowdown { ledger.broken("a stop takes 2 s at most: \(taken)") }
        running.transport.check()
        ledger.count("stops")
        for (counter, count) in running.service.counters { ledger.count("counted \(counter.rawValue)", count) }
    }

    private func answer(_ request: ApiCommandRequest, _ service: TransportRpcService) async throws
        -> ApiCommandRequestResponse
    {
        guard let token = request.data["t"]?.int, let kind = request.data["k"]?.int.flatMap(Behaviour.init) else {
            return .success()
        }
        ledger.ran(token)
        let pause = Duration.milliseconds(request.data["ms"]?.int ?? 0)
        let done = ApiCommandRequestResponse.success(["t": JSONValue(token)])
        let pending = ApiCommandRequestResponse(.pendingWithNotification)
        let work: @Sendable () async throws -> ApiCommandRequestResponse = {
            try? await Task.sleep(for: pause)
            return done
        }
        let publish: @Sendable () -> Void = { [weak service] in
            var result = done
            result.command = request.command
            result.nonce = request.nonce
            try? service?.sendCommandResult(result)
        }
        switch kind {
        case .answers: return done
        case .throwsError: throw CommandError("on purpose")
        case .suspends:
            try? await Task.sleep(for: pause)
            return done
        case .blocks:
            block(pause)
            return done
        case .leavesWork: return service.answerLater(to: request, work)
        case .leavesWorkLate:
            try? await Task.sleep(for: pause)
            return service.answerLater(to: request) { done }
        case .returnsThenLeavesWork:
            Task { [weak service] in
                try? await Task.sleep(for: pause)
                _ = service?.answerLater(to: request) { done }
            }
            return pending
        case .leavesWorkTwice:
            _ = service.answerLater(to: request, work)
            return service.answerLater(to: request, work)
        case .publishesItself:
            if !Worker.start(
                "model",
                {
                    block(pause)
                    publish()
                }
            ) {
                publish()
            }
            return pending
        case .owesForEver: return pending
        case .publishesFirst:
            publish()
            try? await Task.sleep(for: pause)
            return pending
        }
    }
}

/// Blocks the thread on purpose, as a driver that waits for a motor does.
func block(_ duration: Duration) { Alarm().wait(atMost: duration) }
