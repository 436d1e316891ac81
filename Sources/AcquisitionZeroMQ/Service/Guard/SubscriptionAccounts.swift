/// What the subscriptions of each connection cost, as an XPUB tells of them.
///
/// libzmq keeps them as a tree with a node of 32 bytes for each byte of a topic, in which a node with several branches has
/// a table of up to 2 KiB. A topic to which several connections are subscribed is kept once. A subscription that is
/// repeated costs nothing and is not counted again; taking back one that is not there gives nothing.
struct SubscriptionAccounts: Sendable {
    /// What a subscription costs beside the bytes of its topic.
    static let baseCost = 2_048
    /// What each byte of a topic costs.
    static let byteCost = 32
    /// What a connection costs that is subscribed to a topic that others have.
    static let shareCost = 128

    private struct Account: Sendable {
        /// The topics by their hash, which is seeded, with their lengths.
        var topics: [Int: Int] = [:]
        var cost = 0
        /// How many bytes these messages had on the wire, at least.
        var bytes: UInt64 = 0
    }

    private var accounts: [Int32: Account] = [:]
    /// How many connections are subscribed to a topic.
    private var subscribers: [Int: Int] = [:]

    /// The cost of all subscriptions, in bytes of memory.
    private(set) var cost = 0

    /// The cost of one connection's.
    func cost(of descriptor: Int32) -> Int { accounts[descriptor]?.cost ?? 0 }

    /// The number of topics to which a connection is subscribed.
    func count(of descriptor: Int32) -> Int { accounts[descriptor]?.topics.count ?? 0 }

    /// How many bytes were read from a connection, at least. More than the connection has brought: they were from an
    /// earlier one with the same descriptor.
    func bytes(of descriptor: Int32) -> UInt64 { accounts[descriptor]?.bytes ?? 0 }

    /// Notes a message of an XPUB: a 1 or 0 and the topic that is subscribed or taken back.
    mutating func note(_ frame: [UInt8], from descriptor: Int32) {
        var account = accounts[descriptor] ?? Account()
        account.bytes &+= UInt64(frame.count)
        defer { accounts[descriptor] = account }
        guard let first = frame.first, first <= 1 else { return }
        let length = frame.count - 1
        var hasher = Hasher()
        frame.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0.dropFirst())) }
        let topic = hasher.finalize()
        if first == 1 {
            guard account.topics.updateValue(length, forKey: topic) == nil else { return }
            account.cost += Self.cost(length)
            add(topic, length)
        } else if account.topics.removeValue(forKey: topic) != nil {
            account.cost -= Self.cost(length)
            remove(topic, length)
        }
    }

    /// A connection has ended, or another one begins with its descriptor.
    mutating func close(_ descriptor: Int32) {
        guard let account = accounts.removeValue(forKey: descriptor) else { return }
        for (topic, length) in account.topics { remove(topic, length) }
    }

    /// The connections to be cut so that what is left keeps to both limits: whoever is over the first, and those that cost
    /// most until the sum is below the second.
    func excess(perConnection: Int, inAll: Int) -> Set<Int32> {
        var excess = Set(accounts.filter { $0.value.cost > perConnection }.keys)
        var rest = cost
        // A topic that others have too costs less than is taken off here: then one more is cut at the next look.
        for descriptor in excess { rest -= cost(of: descriptor) }
        guard rest > inAll else { return excess }
        for (descriptor, account) in accounts.sorted(by: { $0.value.cost > $1.value.cost }) {
            guard rest > inAll else { break }
            if excess.insert(descriptor).inserted { rest -= account.cost }
        }
        return excess
    }

    private mutating func add(_ topic: Int, _ length: Int) {
        let count = subscribers[topic] ?? 0
        subscribers[topic] = count + 1
        cost += Self.shareCost + (count == 0 ? Self.cost(length) : 0)
    }

    private mutating func remove(_ topic: Int, _ length: Int) {
        guard let count = subscribers[topic] else { return }
        subscribers[topic] = count > 1 ? count - 1 : nil
        cost -= Self.shareCost + (count == 1 ? Self.cost(length) : 0)
    }

    private static func cost(_ length: Int) -> Int { baseCost + byteCost * length }
}
