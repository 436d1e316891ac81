import Synchronization

/// How many bytes of large messages a socket has sent to all its peers, and when it is time to look who has not read them.
///
/// One thread at a time adds, any thread reads.
struct SentBytes: ~Copyable, Sendable {
    /// How many there are between two looks.
    let step: UInt64
    private let bytes = Atomic<UInt64>(0)
    private let messages = Atomic<UInt64>(0)

    /// - Parameter limit: how many a peer may leave unread.
    init(limit: UInt64) { step = max(limit / 16, 1) }

    /// The bytes of large messages.
    var large: UInt64 { bytes.load(ordering: .relaxed) }

    /// The number of messages, large or not.
    var count: UInt64 { messages.load(ordering: .relaxed) }

    /// A message was sent.
    func note() { messages.store(messages.load(ordering: .relaxed) &+ 1, ordering: .relaxed) }

    /// A large message was sent; whether it is time to look.
    func note(large size: Int) -> Bool {
        let before = bytes.load(ordering: .relaxed)
        let after = before &+ UInt64(size)
        bytes.store(after, ordering: .relaxed)
        return before / step != after / step
    }
}
