import AcquisitionModel

/// Compares what a service says it published with what arrived.
///
/// Each heartbeat carries how many messages were published on each topic before it, and everything one service publishes
/// arrives in order: so between two heartbeats as many messages must have arrived on a topic as were published, unless
/// some were lost. Only topics that were subscribed to during the whole of that time are judged.
///
/// A service that was started anew counts from zero. Its first heartbeat tells of everything that it published, and only
/// what arrived after the connection to its predecessor ended counts against that.
struct GapWatch: Sendable {
    /// How long a subscription may take until it counts at the publisher.
    private static let subscriptionTime: Duration = .milliseconds(250)

    private struct Subscription: Sendable {
        var count = 0
        var since: ContinuousClock.Instant
    }

    private var epoch: Int?
    private var subscriptions: [[UInt8]: Subscription] = [:]
    /// What had been published, by the last heartbeat.
    private var published: [ApiTopic: Int] = [:]
    /// What has arrived since then.
    private var arrived: [ApiTopic: Int] = [:]
    /// What of that had arrived when the connection ended last, since the last heartbeat.
    private var arrivedBefore: [ApiTopic: Int] = [:]
    /// Topics came that were not counted, so that nothing can be said of what was missed.
    private var areTopicsTooMany = false
    private static let maximumTopics = 10_000
    /// The subscriptions that were in force at the last heartbeat.
    private var covering: Set<[UInt8]> = []

    mutating func subscribe(_ prefix: [UInt8], now: ContinuousClock.Instant) {
        subscriptions[prefix, default: Subscription(since: now)].count += 1
    }

    mutating func unsubscribe(_ prefix: [UInt8]) {
        guard let count = subscriptions[prefix]?.count, count > 1 else {
            subscriptions[prefix] = nil
            covering.remove(prefix)
            return
        }
        subscriptions[prefix]?.count = count - 1
    }

    /// A message came on `topic`; to be called for a heartbeat after ``received(_:now:)``.
    mutating func arrived(on topic: ApiTopic) {
        guard epoch != nil else { return }
        if arrived[topic] == nil, arrived.count >= Self.maximumTopics {
            areTopicsTooMany = true
        } else {
            arrived[topic, default: 0] += 1
        }
    }

    /// The connection over which messages came has ended; what comes from now on comes over another one.
    mutating func disconnected() { arrivedBefore = arrived }

    /// A heartbeat came; what was missed before it.
    mutating func received(_ heartbeat: HeartbeatMessage, now: ContinuousClock.Instant) -> [ApiMessage] {
        defer {
            epoch = heartbeat.epoch
            published = heartbeat.published
            arrived = [:]
            arrivedBefore = [:]
            areTopicsTooMany = false
            covering = Set(subscriptions.filter { $0.value.since + Self.subscriptionTime <= now }.keys)
        }
        guard let epoch, let new = heartbeat.epoch else { return [] }
        let isRestart = new != epoch
        let missed = areTopicsTooMany ? [] : missed(until: heartbeat, isRestart: isRestart)
        return isRestart ? [ApiMessage(.restarted, on: .heartbeat)] + missed : missed
    }

    private func missed(until heartbeat: HeartbeatMessage, isRestart: Bool) -> [ApiMessage] {
        heartbeat.published.keys.sorted { $0.rawValue < $1.rawValue }.compactMap { topic in
            guard covering.contains(where: { topic.frame.starts(with: $0) }) else { return nil }
            let missed = Self.missed(
                before: isRestart ? 0 : published[topic, default: 0],
                now: heartbeat.published[topic, default: 0],
                arrived: arrived[topic, default: 0] - (isRestart ? arrivedBefore[topic, default: 0] : 0)
            )
            return missed > 0 ? ApiMessage(.missed(missed), on: topic) : nil
        }
    }

    /// How many of the messages that were published since `before` did not arrive. The counts are the peer's: those that cannot
    /// be tell nothing.
    private static func missed(before: Int, now: Int, arrived: Int) -> Int {
        let possible = 0...maximumCount
        guard possible.contains(before), possible.contains(now) else { return 0 }
        return now - before - min(arrived, maximumCount)
    }

    /// More than a service publishes in its life: a million a second for a century. Whoever adds up what was missed
    /// is safe from an overflow.
    private static let maximumCount = 1 << 52
}
