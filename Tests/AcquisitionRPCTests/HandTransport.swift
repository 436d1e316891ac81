import AcquisitionModel
import Dispatch
import Logging
import Synchronization
import Testing

@testable import AcquisitionRPC

/// A transport to which a test hands its requests, and which keeps what it was given to send.
final class HandTransport: ServiceTransport, MessagePublisher {
    private let state = Mutex(State())
    private let results = AsyncStream.makeStream(of: Void.self)

    private struct State {
        var handler: RequestHandler?
        var replies: [PeerAddress: [ApiCommandReply]] = [:]
        var published: [(topic: ApiTopic, payload: [UInt8])] = []
    }

    func start(
        _ handler: @escaping RequestHandler
    ) throws(RpcServiceError) -> (endpoints: RpcEndpoints, publisher: any MessagePublisher) {
        state.withLock { $0.handler = handler }
        return (RpcEndpoints(subscriber: [], command: []), self)
    }

    /// A service over this transport, which runs, and keeps its log to itself.
    func service(_ change: (inout RpcOptions) -> Void = { _ in }) throws -> TransportRpcService {
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var options = RpcOptions(heartbeatInterval: .seconds(3600))
        change(&options)
        let service = TransportRpcService(options: options, transport: self, logger: silent)
        try service.start()
        return service
    }

    func ask(_ command: ApiCommand, _ sender: CommandSender, nonce: JSONValue = 1) throws -> ApiCommandReply {
        try ask(#"{"command":\#(command.rawValue),"nonce":\#(nonce)}"#, as: sender) ?? ApiCommandReply()
    }

    /// Gives a request; the reply where it is there at once.
    @discardableResult
    func ask(
        _ text: String,
        from peer: PeerAddress = PeerAddress(envelope: [[1], []]),
        as sender: CommandSender? = nil
    ) throws -> ApiCommandReply? {
        let request = IncomingRequest(peer: peer, frames: [Array(text.utf8)], sender: sender)
        guard let handle = state.withLock({ $0.handler }), let bytes = handle(request) else { return nil }
        return try ApiCommandReply(json: JSONReader.read(bytes))
    }

    /// The replies to a peer that were not there at once.
    func replies(to peer: PeerAddress) -> [ApiCommandReply] { state.withLock { $0.replies[peer] ?? [] } }

    /// What was published on a topic.
    func published(_ topic: ApiTopic) throws -> [JSONValue] {
        try state.withLock { $0.published }.filter { $0.topic == topic }.map {
            try PublishedPayload.read($0.payload).value
        }
    }

    /// What was published on a topic, as it is.
    func publishedBytes(_ topic: ApiTopic) -> [[UInt8]] {
        state.withLock { $0.published }.filter { $0.topic == topic }.map(\.payload)
    }

    /// The results that were published, by nonce.
    func publishedResults() throws -> [JSONValue: [ApiCommandRequestResult]] {
        try published(.commandResult).map(ApiCommandRequestResponse.init(json:)).reduce(into: [:]) {
            results,
            response in
            results[response.nonce, default: []].append(response.result)
        }
    }

    func waitForResult() async { for await _ in results.stream { return } }

    func publish(_ topic: ApiTopic, _ payload: RawSpan) {
        let payload = payload.withUnsafeBytes { Array($0) }
        state.withLock { $0.published.append((topic, payload)) }
        if topic == .commandResult { results.continuation.yield() }
    }

    func reply(_ bytes: [UInt8], to peer: PeerAddress) {
        guard let json = try? JSONReader.read(bytes), let reply = try? ApiCommandReply(json: json) else { return }
        state.withLock { $0.replies[peer, default: []].append(reply) }
    }

    func stop(flush: Duration) { state.withLock { $0.handler = nil } }
}
