import AcquisitionModel

/// How many messages were published on each topic. Looked through in order, since there are few, and most are events.
struct TopicCounts: Sendable {
    private var counts: [(topic: ApiTopic, count: Int)] = []
    /// A program that makes up topics without end must not make the heartbeats endless.
    private static let most = 256

    mutating func add(_ topic: ApiTopic) {
        for index in counts.indices where counts[index].topic == topic {
            counts[index].count += 1
            return
        }
        if counts.count < Self.most { counts.append((topic, 1)) }
    }

    /// The counts by topic.
    var values: [ApiTopic: Int] {
        Dictionary(uniqueKeysWithValues: counts.map { ($0.topic, $0.count) })
    }
}
