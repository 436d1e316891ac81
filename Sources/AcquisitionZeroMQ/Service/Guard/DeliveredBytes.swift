import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How many bytes came out of each descriptor as messages, since this was asked last. Any thread adds without waiting.
final class DeliveredBytes: Sendable {
    /// Descriptors from here on share one sum.
    static let capacity = 65_536

    // `nonisolated(unsafe)`: the pointer never changes, and what it points at is atomic. nil where there was no memory.
    private nonisolated(unsafe) let sums: UnsafeMutablePointer<Atomic<UInt64>>?

    init() {
        // The system gives zeros, and memory only for what is used: an atomic number is laid out as the number is.
        let memory = calloc(Self.capacity, MemoryLayout<Atomic<UInt64>>.stride)
        sums = memory?.bindMemory(to: Atomic<UInt64>.self, capacity: Self.capacity)
    }

    deinit { free(sums) }

    private static func index(_ descriptor: Int32) -> Int { min(Int(max(descriptor, 0)), capacity - 1) }

    /// So many bytes have come out of a descriptor.
    func add(_ bytes: UInt64, from descriptor: Int32) {
        sums?[Self.index(descriptor)].wrappingAdd(bytes, ordering: .releasing)
    }

    /// The bytes since the last call; nil where there were none.
    func take(from descriptor: Int32) -> UInt64? {
        guard let sums else { return nil }
        let index = Self.index(descriptor)
        guard sums[index].load(ordering: .relaxed) > 0 else { return nil }
        return sums[index].exchange(0, ordering: .acquiring)
    }
}
