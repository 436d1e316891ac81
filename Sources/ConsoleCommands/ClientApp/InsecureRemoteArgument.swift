import AcquisitionRPC
import ArgumentParser

/// What follows `--allow-insecure-remote`: nothing, or the names of interfaces.
struct InsecureRemoteArgument: ExpressibleByArgument, Sendable, Hashable, CustomStringConvertible {
    let access: InsecureRemoteAccess

    /// Where nothing follows.
    static let everywhere = InsecureRemoteArgument(access: .everywhere)

    private init(access: InsecureRemoteAccess) { self.access = access }

    init?(argument: String) {
        let names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard names.allSatisfy({ !$0.isEmpty }) else { return nil }
        access = .interfaces(names)
    }

    /// As it is written.
    var description: String {
        guard case .interfaces(let names) = access else { return "everywhere" }
        return names.joined(separator: ",")
    }
}
