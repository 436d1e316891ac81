import AcquisitionRPC

/// Who of those that connect is let in: a value, which looks at no socket.
///
/// A place is a connection to either socket of the service. There are as many as ``LoadLimits/connections``, or as there are
/// descriptors beside the reserve. A stranger must not take them all: those of one remote address have a share, and the last
/// eighth is for this machine's own programs, such as the console with which somebody wants to stop the rig. Loopback and Unix
/// sockets have no share, since all programs of the machine come from there. Who has a place keeps it.
struct ConnectionBudget: Sendable {
    /// How much there is.
    struct Limits: Sendable, Hashable {
        /// The places.
        var connections: Int = .max
        /// Those of one remote address; nil for half of all.
        var perAddress: Int?
        /// The descriptors that are kept back.
        var reserve = DescriptorReserve()
    }

    /// Where a connection comes from, as far as the budget tells peers apart.
    enum Origin: Sendable, Hashable {
        /// This machine.
        case local
        /// An IPv4 address, or the first half of an IPv6 one: whoever has one of those has the second half to choose.
        case remote(String)
    }

    /// The part of the places that is for this machine's own programs: one in so many.
    private static let localPart = 8

    private let limits: Limits
    /// How many descriptors were in use before the first connection.
    private let base: Int
    private var origins: [Int32: Origin] = [:]
    private var counts: [Origin: Int] = [:]

    init(_ limits: Limits = Limits(), base: Int = 0) {
        self.limits = limits
        self.base = base
    }

    /// How many connections have a place.
    var count: Int { origins.count }

    /// How many places there are where descriptors from `wall` on are the reserve.
    func places(wall: Int32) -> Int { max(1, min(limits.connections, Int(wall) - base)) }

    /// Whether a connection from this machine would find a place.
    func hasRoom(wall: Int32) -> Bool { count < places(wall: wall) }

    /// Gives a new connection a place, or says why there is none.
    ///
    /// - Parameter wall: the first descriptor of the reserve.
    mutating func take(_ descriptor: Int32, from origin: Origin, wall: Int32) -> CutConnection.Reason? {
        release(descriptor)
        let places = places(wall: wall)
        if descriptor >= wall { return .descriptors }
        if count >= limits.connections { return .connections }
        if case .remote = origin {
            let remote = count - counts[.local, default: 0]
            if counts[origin, default: 0] >= min(limits.perAddress ?? max(1, places / 2), places) {
                return .addressShare
            }
            if remote >= places - places / Self.localPart { return .connections }
        }
        origins[descriptor] = origin
        counts[origin, default: 0] += 1
        return nil
    }

    /// A connection has ended; whether it had a place.
    @discardableResult
    mutating func release(_ descriptor: Int32) -> Bool {
        guard let origin = origins.removeValue(forKey: descriptor) else { return false }
        let rest = counts[origin, default: 0] - 1
        counts[origin] = rest > 0 ? rest : nil
        return true
    }
}

extension ConnectionBudget.Origin {
    /// Where the peer with this address is; one that is no IP address is on a Unix socket.
    init(_ address: String?) {
        guard let address, let parsed = IPAddress(String(address.prefix { $0 != "%" })) else {
            self = .local
            return
        }
        self = parsed.isLoopback ? .local : .remote(parsed.network)
    }
}

extension ConnectionBudget.Limits {
    /// What the options ask for.
    init(_ load: LoadLimits) {
        connections = load.connections
        perAddress = load.connectionsPerAddress
        reserve = DescriptorReserve(load.reservedDescriptors)
    }
}
