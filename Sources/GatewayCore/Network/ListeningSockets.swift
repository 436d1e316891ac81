package import AcquisitionRPC
package import Logging

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Opens the sockets for an address on which to listen: one for each address of the machine that it stands for.
package enum ListeningSockets {
    /// Binds them, all to the same port.
    ///
    /// - Throws: `AddressError` for an address that is none of this machine, and for one that the system refuses.
    package static func open(
        _ address: ListenAddress,
        _ kind: ListeningSocket.Kind,
        logger: Logger
    ) async throws -> (sockets: [Int32], port: Int) {
        let port = UInt16(try address.checkedPort)
        let plan = try await ListenPlan.make([address.host])
        for remark in plan.remarks { logger.warning("\(remark)") }
        do {
            let (sockets, chosen) = try ListeningSocket.open(plan.separateTargets, port: port, kind)
            return (sockets, Int(chosen))
        } catch {
            let isOther = "\(error.target.address)" != address.host
            throw AddressError(.notHere, isOther ? "\(error.reason) (\(error.target.address))" : error.reason)
        }
    }

    /// How many connections may wait to be accepted.
    static func setBacklog(of socket: Int32, to count: Int) { listen(socket, Int32(clamping: count)) }

    /// Closes those that nobody has taken over.
    package static func close(_ sockets: ArraySlice<Int32>) {
        for socket in sockets {
            #if canImport(Darwin)
                _ = Darwin.close(socket)
            #elseif canImport(Musl)
                _ = Musl.close(socket)
            #else
                _ = Glibc.close(socket)
            #endif
        }
    }
}
