/// Where to listen: the addresses that names, interfaces and `*` come to, on this machine and at this moment.
package struct ListenPlan: Sendable, Hashable {
    /// One address to bind.
    package struct Target: Sendable, Hashable {
        /// The address; ``IPAddress/anyIPv6`` stands for those of both families.
        package var address: IPAddress
        /// The interface to which the listening socket is to be confined; nil for none.
        package var interface: String?
        /// What was asked for.
        package var asked: String

        /// For people: the address, and what was asked for where that is something else.
        package var words: String {
            if address == .anyIPv6 { return "all addresses of this machine" }
            return asked == "\(address)" ? asked : "\(address) (\(asked))"
        }
    }

    /// What to bind, in this order.
    package private(set) var targets: [Target] = []
    /// What whoever set this up should know: which family, or which address of a name, is left out, and why.
    package private(set) var remarks: [String] = []
    private let interfaces: [NetworkInterface]

    /// The plan for what was asked for: addresses, names of machines, names of interfaces, `*`.
    ///
    /// - Parameters:
    ///   - wanted: what was asked for.
    ///   - interfaces: those of the machine.
    ///   - lookUp: finds the addresses of a name, and may block.
    /// - Throws: ``AddressError`` for what is no address of this machine, and no name or interface of one.
    package init(
        _ wanted: [String],
        interfaces: [NetworkInterface] = NetworkInterface.all,
        lookUp: (String) throws(AddressError) -> [IPAddress] = ListenPlan.lookUp
    ) throws(AddressError) {
        self.interfaces = interfaces
        for text in wanted { try add(text, lookUp) }
        simplify()
    }

    /// The same, without blocking the caller's thread.
    package static func make(_ wanted: [String]) async throws -> ListenPlan {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<ListenPlan, any Error>) in
            let isRunning = Worker.start("rpc-resolver") {
                continuation.resume(with: Result { try ListenPlan(wanted) })
            }
            if !isRunning {
                let names = wanted.joined(separator: ", ")
                continuation.resume(throwing: AddressError.undecided(names, "the system has no thread for it"))
            }
        }
    }

    /// The targets where a socket takes one family alone: both families are two sockets.
    package var separateTargets: [Target] {
        targets.flatMap { target in
            guard target.address == .anyIPv6 else { return [target] }
            return [Target(address: .anyIPv4, asked: target.asked), target]
        }
    }

    /// Looks a name up with the shared resolver, and waits.
    package static func lookUp(_ name: String) throws(AddressError) -> [IPAddress] {
        try HostResolver.shared.addressesBlocking(of: name)
    }

    /// Whether a target is an address of one of these interfaces.
    package func lies(_ target: Target, on names: [String]) -> Bool {
        interfaces.contains { names.contains($0.name) && $0.addresses.contains(target.address) }
    }

    /// Whether only programs on this machine reach it.
    package var isLoopback: Bool { targets.allSatisfy { $0.address.isLoopback } }

    /// Confines the targets whose address belongs to one of these interfaces to it.
    package mutating func confine(to names: [String]) {
        for index in targets.indices where targets[index].interface == nil && !targets[index].address.isLoopback {
            let address = targets[index].address
            let owner = interfaces.first { names.contains($0.name) && $0.addresses.contains(address) }
            guard let owner else { continue }
            var target = targets[index]
            setInterface(owner, of: &target)
            targets[index] = target
        }
        order()
    }

    // MARK: - How it is made

    private mutating func add(
        _ text: String,
        _ lookUp: (String) throws(AddressError) -> [IPAddress]
    ) throws(AddressError) {
        if text == "*" { return addAll() }
        if let interface = interfaces.first(where: { $0.name == text }) { return try add(interface) }
        if text.hasPrefix("["), let end = text.lastIndex(of: "]"), text.index(after: end) != text.endIndex {
            throw AddressError(.malformed, "'\(text)' names a port, which is given apart; write the address alone")
        }
        let name = try HostResolver.checked(text)
        if let address = IPAddress(name) { return try add(address, text) }
        let found: [IPAddress]
        do {
            found = try lookUp(name)
        } catch {
            let known = interfaces.map(\.name).joined(separator: ", ")
            throw AddressError(error.kind, "\(error.message). Nor is it an interface; there are \(known)")
        }
        let here = found.filter(\.isHere)
        guard !here.isEmpty else {
            let addresses = found.map(\.description).joined(separator: ", ")
            throw AddressError(.notHere, "'\(name)' is \(addresses), which is no address of this machine")
        }
        for address in found {
            if here.contains(address) {
                targets.append(Target(address: address, asked: text))
            } else {
                remarks.append("'\(name)' is also \(address), which this machine does not have: it is left out")
            }
        }
    }

    private mutating func add(_ address: IPAddress, _ text: String) throws(AddressError) {
        var address = address
        if address.isLinkLocal, address.scope == 0 {
            let owners = interfaces.flatMap(\.addresses).filter { $0.bytes == address.bytes }
            guard let owner = owners.first, owners.count == 1 else {
                throw AddressError(
                    .malformed,
                    "'\(text)' needs the interface on which it lies: write \(text)%eth0, for instance"
                )
            }
            address = owner
        }
        if address == .anyIPv6 { return addAll() }
        guard address.isAny || address.isHere else {
            throw AddressError(.notHere, "This machine has no address \(address)")
        }
        targets.append(Target(address: address, asked: text))
    }

    private mutating func add(_ interface: NetworkInterface) throws(AddressError) {
        let here = interface.addresses.filter(\.isHere)
        guard !here.isEmpty else {
            throw AddressError(.notHere, "The interface '\(interface.name)' has no address to listen on; is it up?")
        }
        for address in interface.addresses where !here.contains(address) {
            remarks.append("The interface '\(interface.name)' cannot use its address \(address) yet: it is left out")
        }
        for address in here {
            var target = Target(address: address, asked: interface.name)
            if !address.isLoopback { setInterface(interface, of: &target) }
            targets.append(target)
        }
    }

    private mutating func addAll() {
        if interfaces.contains(where: { $0.addresses.contains(where: \.isIPv6) }) {
            targets.append(Target(address: .anyIPv6, asked: "*"))
        } else {
            remarks.append("This machine has no IPv6: '*' is IPv4 alone")
            targets.append(Target(address: .anyIPv4, asked: "*"))
        }
    }

    private mutating func setInterface(_ interface: NetworkInterface, of target: inout Target) {
        if interface.canConfine() {
            target.interface = interface.name
        } else {
            let remark =
                "The system does not let this program confine itself to '\(interface.name)': machines behind other "
                + "interfaces that find a way to its addresses reach it too"
            if !remarks.contains(remark) { remarks.append(remark) }
        }
    }

    /// Each address once, and none that another one covers: the system would refuse to bind it twice.
    private mutating func simplify() {
        let hasAll = targets.contains { $0.address == .anyIPv6 }
        let hasIPv4 = targets.contains { $0.address == .anyIPv4 }
        var known: Set<IPAddress> = []
        targets = targets.filter { target in
            let isCovered =
                hasAll ? target.address != .anyIPv6 : hasIPv4 && !target.address.isIPv6 && !target.address.isAny
            return !isCovered && known.insert(target.address).inserted
        }
        order()
    }

    /// What is confined to an interface comes last.
    private mutating func order() {
        targets = targets.filter { $0.interface == nil } + targets.filter { $0.interface != nil }
    }
}
