import AcquisitionRPC

/// From which descriptor on connections are refused, so that the reserve stays free.
///
/// The system gives the lowest free number, so that the reserve is the highest numbers. Those of them that the process holds for
/// something else are made good for by as many below.
struct DescriptorWall: Sendable {
    /// How old the answer may be.
    private static let age: Duration = .milliseconds(100)
    /// How old where a connection is to be refused for it.
    private static let shortAge: Duration = .milliseconds(10)

    /// How far below the reserve it is looked for descriptors that make up for those which are held.
    private static let reach: Int32 = 4_096

    private let reserve: DescriptorReserve
    private var known: (first: Int32, at: ContinuousClock.Instant)?

    init(_ reserve: DescriptorReserve) { self.reserve = reserve }

    /// What was found is not so any more: there is no descriptor left.
    mutating func forget() { known = nil }

    /// The descriptors of the reserve.
    var numbers: Range<Int32> { reserve.numbers }

    /// The first descriptor that no connection may have.
    ///
    /// - Parameters:
    ///   - isToBeSure: whether a connection is refused for the answer.
    ///   - isConnection: whether a descriptor is one of a connection.
    mutating func first(
        at now: ContinuousClock.Instant,
        isToBeSure: Bool = false,
        besides isConnection: (Int32) -> Bool
    ) -> Int32 {
        if let known, now - known.at < (isToBeSure ? Self.shortAge : Self.age) { return known.first }
        let numbers = reserve.numbers
        var first = numbers.upperBound
        var missing = numbers.count
        let lowest = max(0, numbers.lowerBound - Self.reach)
        while missing > 0, first > lowest {
            first -= 1
            if !DescriptorReserve.isOpen(first) || isConnection(first) { missing -= 1 }
        }
        // An application that holds so many leaves no place.
        if missing > 0 { first = 0 }
        known = (first, now)
        return first
    }
}
