/// A published message, as a subscriber receives it.
public struct ApiMessage: Sendable, Hashable {
    /// What it is about.
    public let topic: ApiTopic
    /// The payload's bytes as they came.
    public let payload: [UInt8]
    /// The payload, read.
    public let content: Content

    /// A payload, by what it is.
    public enum Content: Sendable, Hashable {
        /// A sign of life.
        case heartbeat(HeartbeatMessage)
        /// Something that happened; on ``ApiTopic/event`` or ``ApiTopic/emergency``.
        case event(ApiEvent)
        /// The result of a command that took longer.
        case commandResult(ApiCommandRequestResponse)
        /// Any other JSON.
        case json(JSONValue)
        /// Something that is not JSON.
        case bytes(WireError)
        /// Nothing that was published: what the client found out about what was.
        case notice(Notice)
    }

    /// What a client tells its reader about what was published, or was not received.
    public enum Notice: Sendable, Hashable {
        /// So many messages that were published on the topic did not arrive, before the last heartbeat: the connection
        /// was down, or the reader was too slow.
        case missed(Int)
        /// The service is another one than before: it was started anew.
        case restarted
    }

    /// A notice of the client about `topic`.
    public init(_ notice: Notice, on topic: ApiTopic) {
        self.topic = topic
        payload = []
        content = .notice(notice)
    }

    /// Reads the frames of a published message of any release.
    ///
    /// Of more than two frames the last two count (`protocol/autotrainer.md`, Q13: after an event that could not be
    /// written, releases 0.9.8 to 0.9.13 send a stale topic first).
    ///
    /// - Throws: ``WireError`` of the rule `frames` for fewer than two frames or a topic that is not 4 bytes long.
    public init(frames: [[UInt8]], limits: WireLimits = .fromService) throws(WireError) {
        guard frames.count >= 2 else {
            throw WireError(.frames, "A published message has 2 frames, this one has \(frames.count)")
        }
        guard let topic = ApiTopic(frame: frames[frames.count - 2]) else {
            throw WireError(.frames, "A topic has 4 bytes, this one has \(frames[frames.count - 2].count)")
        }
        self.init(topic: topic, payload: frames[frames.count - 1], limits: limits)
    }

    /// Reads the payload of a message on `topic`.
    public init(topic: ApiTopic, payload: [UInt8], limits: WireLimits = .fromService) {
        self.topic = topic
        self.payload = payload
        do {
            content = Self.content(of: try PublishedPayload.read(payload, limits: limits).value, on: topic)
        } catch {
            content = .bytes(error)
        }
    }

    /// The numbers that the protocol has used for its topics, in any release. What they mean has changed
    /// (2001, 3001 and 4001 have each been EVENT), so the form of the payload decides.
    private static let protocolTopics: Set<UInt32> = [1001, 2001, 3001, 4001, 5001, 6001]

    private static func content(of json: JSONValue, on topic: ApiTopic) -> Content {
        guard protocolTopics.contains(topic.rawValue), let object = json.object else { return .json(json) }
        if topic == .heartbeat {
            return (try? HeartbeatMessage(json: json)).map(Content.heartbeat) ?? .json(json)
        }
        if object["kind"] != nil { return (try? ApiEvent(json: json)).map(Content.event) ?? .json(json) }
        if object["result"] != nil {
            return (try? ApiCommandRequestResponse(json: json)).map(Content.commandResult) ?? .json(json)
        }
        return .json(json)
    }
}
