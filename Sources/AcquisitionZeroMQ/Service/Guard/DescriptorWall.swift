import AcquisitionRPC

/// From which descriptor on connections are refused, so that the reserve stays free.
///
/// The numbers of the reserve are the highest that the process may have. What else the process holds of them is made good for by
/// as many below.
struct DescriptorWall: Sendable {
    /// How old the answer may be.
    private static let age: Duration = .milliseconds(100)

    private let reserve: DescriptorReserve
    private var known: (first: Int32, at: ContinuousClock.Instant)?

    init(_ reserve: DescriptorReserve) { self.reserve = reserve }

    /// How many descriptors the reserve has.
    var size: Int { reserve.numbers.count }

    /// The first descriptor that no connection may have.
    ///
    /// - Parameter isConnection: whether a descriptor is one of a connection.
    mutating func first(at now: ContinuousClock.Instant, besides isConnection: (Int32) -> Bool) -> Int32 {
        if let known, now - known.at < Self.age { return known.first }
        let numbers = reserve.numbers
        let others = numbers.count { DescriptorReserve.isOpen($0) && !isConnection($0) }
        let first = max(0, numbers.lowerBound - Int32(others))
        known = (first, now)
        return first
    }
}
