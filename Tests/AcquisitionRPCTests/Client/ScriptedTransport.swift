import AcquisitionModel
import AcquisitionRPC
import Synchronization

/// Does what a test says when a request is sent.
final class ScriptedTransport: ClientTransport {
    private let state = Mutex(State())

    private struct State {
        var receiver: Receiver?
        var log: [String] = []
        var onSend: @Sendable (ScriptedTransport, ApiCommandRequest, UInt64) -> Void = { _, _, _ in }
    }

    var log: [String] { state.withLock { $0.log } }
    var onSend: @Sendable (ScriptedTransport, ApiCommandRequest, UInt64) -> Void {
        get { state.withLock { $0.onSend } }
        set { state.withLock { $0.onSend = newValue } }
    }

    func tell(_ event: ClientTransportEvent) { state.withLock { $0.receiver }?(event) }

    func reply(
        to request: ApiCommandRequest,
        id: UInt64,
        _ result: ApiCommandRequestResult,
        epoch: Int? = nil,
        _ change: (inout ApiCommandReply) -> Void = { _ in }
    ) {
        var reply = ApiCommandReply(ApiCommandRequestResponse(result), to: request)
        reply.epoch = epoch
        change(&reply)
        tell(.reply(reply.bytes(), id: id))
    }

    /// Publishes a heartbeat of this package's service, or of one that says what `change` does.
    func beat(epoch: Int?, window: Double? = nil, _ change: (inout HeartbeatMessage) -> Void = { _ in }) {
        var heartbeat = HeartbeatMessage(
            identifier: "rig",
            version: "0.12.0",
            timestamp: 0,
            implementation: "AcquisitionRPC"
        )
        heartbeat.epoch = epoch
        heartbeat.deduplicate = window
        change(&heartbeat)
        publish(.heartbeat, heartbeat)
    }

    func publish(_ topic: ApiTopic, _ message: some WireEncodable) {
        guard let bytes = try? message.encoded() else { return }
        tell(.published([topic.frame, bytes]))
    }

    func start(_ receiver: @escaping Receiver) { state.withLock { $0.receiver = receiver } }

    func send(_ request: [UInt8], id: UInt64) {
        if let request = try? ApiCommandRequest(bytes: request) { onSend(self, request, id) }
        state.withLock { $0.log.append("send \(id)") }
    }

    /// What is given again goes to `onSend` as well.
    func sendAgain(_ request: [UInt8], id: UInt64, connection: Int, before deadline: ContinuousClock.Instant) {
        if let request = try? ApiCommandRequest(bytes: request) { onSend(self, request, id) }
        state.withLock { $0.log.append("again \(id) on \(connection)") }
    }

    func forget(id: UInt64) { state.withLock { $0.log.append("forget \(id)") } }
    func subscribe(_ prefix: [UInt8]) {}
    func unsubscribe(_ prefix: [UInt8]) {}
    func giveUp(id: UInt64, isHarmless: Bool) {
        state.withLock { $0.log.append("give up \(id), \(isHarmless ? "harmless" : "harmful")") }
    }
    func reconnectSubscriber() { state.withLock { $0.log.append("reconnect events") } }
    func reconnectCommands() { state.withLock { $0.log.append("reconnect commands") } }
    func close() { state.withLock { $0.log.append("close") } }
}
