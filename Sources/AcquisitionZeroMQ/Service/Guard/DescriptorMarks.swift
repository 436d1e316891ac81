import Synchronization

/// A set of descriptors to which any thread adds without waiting, and from which the guard takes.
final class DescriptorMarks: Sendable {
    /// Descriptors from here on share one mark.
    static let capacity = 65_536

    // `nonisolated(unsafe)`: the pointer never changes, and what it points at is atomic.
    private nonisolated(unsafe) let words: UnsafeMutablePointer<Atomic<UInt64>>
    private static let count = capacity / 64

    init() {
        words = .allocate(capacity: Self.count)
        for index in 0..<Self.count { (words + index).initialize(to: Atomic(0)) }
    }

    deinit {
        words.deinitialize(count: Self.count)
        words.deallocate()
    }

    private static func place(_ descriptor: Int32) -> (word: Int, bit: UInt64) {
        let number = min(Int(max(descriptor, 0)), capacity - 1)
        return (number / 64, 1 << UInt64(number % 64))
    }

    /// Marks a descriptor; next to nothing where it is marked.
    func insert(_ descriptor: Int32) {
        let (word, bit) = Self.place(descriptor)
        if words[word].load(ordering: .relaxed) & bit == 0 { words[word].bitwiseOr(bit, ordering: .releasing) }
    }

    /// Takes the mark away; whether it was there.
    func remove(_ descriptor: Int32) -> Bool {
        let (word, bit) = Self.place(descriptor)
        guard words[word].load(ordering: .relaxed) & bit != 0 else { return false }
        return words[word].bitwiseAnd(~bit, ordering: .acquiring).oldValue & bit != 0
    }
}
