import AcquisitionModel

/// Compares what a service says it published with what arrived.
///
/// Each heartbeat carries how many messages were published on each topic before it, and everything one service publishes
/// arrives in order: so between two heartbeats as many messages must have arrived on a topic as were published, unless
/// some were lost. Only topics that were subscribed to during the whole of that time are judged.
///
/// A service that was started anew counts from zero. Its first heartbeat tells of everything that it published, and only
/// what arrived after the connection to its predecessor ended counts against that. So does that of a service that was not
/// there yet when its topics were subscribed to, which its age tells.
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
    /// Since when messages come over the present connection.
    private var connectedAt: ContinuousClock.Instant?
    /// The first heartbeat came before it was certain since when the connection stands: the next one tells the same.
    private var isFirstOpen = false
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
        if arrived[topic] == nil, arrived.count >= Self.maximumTopics {
            areTopicsTooMany = true
        } else {
            arrived[topic, default: 0] += 1
        }
    }

    /// The connection over which messages came has ended; what comes from now on comes over another one.
    mutating func disconnected() {
        arrivedBefore = arrived
        connectedAt = nil
    }

    /// Messages come over a new connection.
    mutating func connected(now: ContinuousClock.Instant) { connectedAt = now }

    /// A heartbeat came; what was missed before it.
    mutating func received(_ heartbeat: HeartbeatMessage, now: ContinuousClock.Instant) -> [ApiMessage] {
        let isFirst = heartbeat.epoch != nil && (epoch == nil || isFirstOpen && heartbeat.epoch == epoch)
        isFirstOpen = isFirst && connectedAt == nil
        if isFirstOpen {
            epoch = heartbeat.epoch
            return []
        }
        defer {
            epoch = heartbeat.epoch
            published = heartbeat.published
            arrived = [:]
            arrivedBefore = [:]
            areTopicsTooMany = false
            covering = Set(subscriptions.filter { $0.value.since + Self.subscriptionTime <= now }.keys)
        }
        guard let new = heartbeat.epoch else { return [] }
        guard let epoch, !isFirst else {
            covering = olderThanService(heartbeat)
            return areTopicsTooMany ? [] : missed(until: heartbeat, isRestart: true)
        }
        let isRestart = new != epoch
        let missed = areTopicsTooMany ? [] : missed(until: heartbeat, isRestart: isRestart)
        return isRestart ? [ApiMessage(.restarted, on: .heartbeat)] + missed : missed
    }

    /// The subscriptions that were there before the service was. How long the heartbeat was on its way is not known, but it
    /// was written after the connection was made.
    private func olderThanService(_ heartbeat: HeartbeatMessage) -> Set<[UInt8]> {
        guard let connectedAt, let uptime = heartbeat.uptime, (0...Self.maximumCount).contains(uptime) else {
            return []
        }
        let start = connectedAt.saturating(adding: .milliseconds(-uptime))
        return Set(subscriptions.filter { $0.value.since < start }.keys)
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
