import AcquisitionModel

extension RpcOptions {
    /// Refuses options with which no service could work: before anything is bound, and with the one that is wrong.
    func check() throws(RpcServiceError) {
        for (name, duration) in [
            ("heartbeatInterval", heartbeatInterval), ("deduplicate", deduplicate),
            ("load.pendingTime", load.pendingTime),
        ] as [(String, Duration?)] {
            guard let duration, duration <= .zero else { continue }
            throw Self.refused(name, "is \(duration), and must be longer than nothing")
        }
        if let pendingAfter, pendingAfter < .zero {
            throw Self.refused("pendingAfter", "is \(pendingAfter), and cannot be negative")
        }
        for (name, number, least) in [
            ("limits.size", limits.size, 64), ("limits.depth", limits.depth, 2),
            ("load.inFlightPerPeer", load.inFlightPerPeer, 1), ("load.inFlight", load.inFlight, 1),
            ("load.pending", load.pending, 0), ("load.bytesPerPeer", load.bytesPerPeer, 1),
            ("load.bytes", load.bytes, 1),
            ("load.commandsPerSecond", load.commandsPerSecond ?? 1, 1),
            ("load.connections", load.connections, 1),
            ("load.connectionsPerAddress", load.connectionsPerAddress ?? 1, 1),
            ("load.reservedDescriptors", load.reservedDescriptors ?? 0, 0),
        ] where number < least {
            throw Self.refused(name, "is \(number), and must be \(least) or more")
        }
    }

    private static func refused(_ name: String, _ problem: String) -> RpcServiceError {
        RpcServiceError(.invalidOptions, "The option '\(name)' \(problem)")
    }
}
