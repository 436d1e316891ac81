#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The descriptors that connections leave to everything else in the process: files, threads' bookkeeping, timers. Without any,
/// `accept()` fails again and again at a full core, and Dispatch, which opens a file of `/proc` every second, ends the process.
///
/// The system gives the lowest free number. So the number of a new connection tells how many descriptors are in use, at no
/// cost: below it, all are.
package struct DescriptorReserve: Sendable, Hashable {
    /// How many are wanted; nil for a part of the limit.
    private let size: Int?

    /// A reserve of so many descriptors; nil for an eighth of the process's limit, from 16 to 128.
    package init(_ size: Int? = nil) { self.size = size }

    /// How many are kept back at a limit.
    package func size(at limit: Int) -> Int { max(0, size ?? min(max(limit / 8, 16), 128)) }

    /// The numbers of the reserve at a limit. Empty where there is no limit that could be met.
    package func numbers(at limit: Int) -> Range<Int32> {
        guard limit <= Int(Int32.max) else { return .max..<(.max) }
        return Int32(max(0, limit - size(at: limit)))..<Int32(limit)
    }

    /// The numbers of the reserve in the present process.
    package var numbers: Range<Int32> { numbers(at: DescriptorLimit.ofProcess?.current ?? .max) }

    /// Whether no more than the reserve is free at this moment. Takes the lowest free descriptor for an instant.
    package var isReached: Bool {
        guard let lowest = Self.lowestFree else { return true }
        return lowest >= numbers.lowerBound
    }

    /// The lowest number that is free: so many descriptors are in use, or a few more. nil where none is.
    package static var lowestFree: Int32? {
        // Of the standard streams, one or the other may be closed.
        for standard in [STDERR_FILENO, STDIN_FILENO, STDOUT_FILENO] {
            let number = dup(standard)
            if number >= 0 {
                _ = close(number)
                return number
            }
            if errno == EMFILE { return nil }
        }
        return 0
    }

    /// Whether a descriptor is in use.
    package static func isOpen(_ descriptor: Int32) -> Bool { fcntl(descriptor, F_GETFD) != -1 }
}
