import AcquisitionModel
import GatewayCore
import Synchronization

/// What the acquisition process publishes: the last events, and which client hears what.
final class RpcMessages: Sendable {
    private struct State {
        var events: [ApiEvent] = []
        var subscriptions: [UInt64: (peer: LiaisonPeer, topics: Set<ApiTopic>)] = [:]
    }

    private let most: Int
    private let state = Mutex(State())

    /// - Parameter most: how many events are kept.
    init(most: Int) { self.most = max(0, most) }

    /// The last events, the newest last, as they are published.
    var events: JSONValue { .array(state.withLock { $0.events }.compactMap { try? $0.json() }) }

    /// Sends a client what is published on these topics, until it goes; all its topics now.
    func subscribe(_ peer: LiaisonPeer, to topics: [ApiTopic]) -> [ApiTopic] {
        change(peer) { $0.formUnion(topics) }
    }

    /// No longer sends a client what is published on these topics, or on any where none is named; all its topics now.
    func unsubscribe(_ peer: LiaisonPeer, from topics: [ApiTopic]) -> [ApiTopic] {
        change(peer) { topics.isEmpty ? $0.removeAll() : $0.subtract(topics) }
    }

    private func change(_ peer: LiaisonPeer, _ body: (inout Set<ApiTopic>) -> Void) -> [ApiTopic] {
        state.withLock { state in
            var topics = state.subscriptions[peer.id]?.topics ?? []
            body(&topics)
            state.subscriptions = state.subscriptions.filter { $0.value.peer.isConnected }
            state.subscriptions[peer.id] = topics.isEmpty ? nil : (peer, topics)
            return topics.sorted { $0.rawValue < $1.rawValue }
        }
    }

    /// Takes in a message that was published.
    func received(_ message: ApiMessage) {
        var topics: Set<ApiTopic> = [message.topic]
        let peers = state.withLock { state in
            if case .event(let event) = message.content {
                // An emergency is an event too, and comes once.
                topics.insert(.event)
                state.events.append(event)
                if state.events.count > most { state.events.removeFirst(state.events.count - most) }
            }
            if case .notice(.restarted) = message.content { return state.subscriptions.values.map(\.peer) }
            return state.subscriptions.values.filter { !$0.topics.isDisjoint(with: topics) }.map(\.peer)
        }
        guard !peers.isEmpty else { return }
        let (push, tag) = Self.push(message)
        for peer in peers where !peer.push(push, tag: tag) {
            state.withLock { _ = $0.subscriptions.removeValue(forKey: peer.id) }
        }
    }

    /// A message as clients hear it, and its tag: `{"topic": "event", "payload": {…}}` under the topic's name, or
    /// `{"topic": "event", "missed": 3}` under `missed`, or `{"restarted": true}` under `restarted`.
    private static func push(_ message: ApiMessage) -> (JSONValue, tag: String) {
        let name = message.topic.description
        let topic = JSONValue.string(name)
        switch message.content {
        case .notice(.missed(let count)): return (["topic": topic, "missed": JSONValue(count)], "missed")
        case .notice(.restarted): return (["restarted": true], "restarted")
        case .bytes:
            return (["topic": topic, "payload": .string(String(decoding: message.payload, as: UTF8.self))], name)
        default:
            let payload = (try? PublishedPayload.read(message.payload))?.value ?? .null
            return (["topic": topic, "payload": payload], name)
        }
    }
}
