import Synchronization

/// How many commands of one connection are under way: so many and no more.
public final class InFlight: Sendable {
    private let most: Int
    private let count = Mutex(0)

    /// None yet, at most `most`.
    public init(most: Int) { self.most = most }

    /// One begins; false where there are as many as there may be.
    public func begin() -> Bool {
        count.withLock { count in
            guard count < most else { return false }
            count += 1
            return true
        }
    }

    /// One ended.
    public func end() { count.withLock { $0 -= 1 } }
}
