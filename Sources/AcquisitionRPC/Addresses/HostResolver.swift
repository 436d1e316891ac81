import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Looks up the addresses of machines, each time anew, on threads of its own: the system's resolver blocks, for as long as
/// half a minute where a name server does not answer.
///
/// Those who ask for the same name at the same time share one look-up, so that a name server that is gone costs one thread
/// for each name.
package final class HostResolver: Sendable {
    /// The addresses, in the order in which to try them, or why there are none.
    package typealias Answer = Result<[IPAddress], AddressError>
    package typealias Completion = @Sendable (Answer) -> Void

    /// The resolver that asks the system.
    package static let shared = HostResolver()

    /// How long a name may take, where somebody waits for it.
    package static let patience: Duration = .seconds(5)

    private let lookUp: @Sendable (String) -> Answer
    private let waiting = Mutex<[String: [Completion]]>([:])

    /// - Parameter lookUp: asks for the addresses of a name, and may block.
    package init(lookUp: @escaping @Sendable (String) -> Answer = HostResolver.askSystem) { self.lookUp = lookUp }

    /// Looks a machine up. An address that is written as one is answered at once, before this returns.
    ///
    /// - Parameters:
    ///   - host: a name or an address; an IPv6 address may have brackets.
    ///   - completion: is told the answer; of a name on another thread.
    package func resolve(_ host: String, completion: @escaping Completion) {
        let name: String
        do {
            name = try Self.checked(host)
        } catch {
            return completion(.failure(error))
        }
        if let address = IPAddress(name) { return completion(Self.checked(address, name)) }
        let isFirst = waiting.withLock { waiting in
            waiting[name, default: []].append(completion)
            return waiting[name]?.count == 1
        }
        guard isFirst else { return }
        let isRunning = Worker.start("rpc-resolver") { [self] in finish(name, lookUp(name)) }
        if !isRunning { finish(name, .failure(.undecided(name, "the system has no thread for it"))) }
    }

    private func finish(_ name: String, _ answer: Answer) {
        let completions = waiting.withLock { $0.removeValue(forKey: name) } ?? []
        for completion in completions { completion(answer) }
    }

    /// Looks a machine up and waits for the answer, without blocking a thread.
    ///
    /// - Throws: ``AddressError``, also where no answer came in time; `CancellationError`.
    package func addresses(of host: String, within limit: Duration = patience) async throws -> [IPAddress] {
        let (answers, answer) = AsyncStream.makeStream(of: Answer.self, bufferingPolicy: .bufferingOldest(1))
        resolve(host) {
            answer.yield($0)
            answer.finish()
        }
        let timer = Task {
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            answer.yield(.failure(Self.tooLate(host, limit)))
            answer.finish()
        }
        defer { timer.cancel() }
        for await answer in answers { return try answer.get() }
        throw CancellationError()
    }

    /// Looks a machine up and waits for the answer, which blocks the thread.
    package func addressesBlocking(
        of host: String,
        within limit: Duration = patience
    ) throws(AddressError) -> [IPAddress] {
        let wait = Wait()
        resolve(host) { wait.end($0) }
        guard let answer = wait.answer(within: limit) else { throw Self.tooLate(host, limit) }
        return try answer.get()
    }

    /// One thread's wait for an answer.
    private final class Wait: Sendable {
        private let answer = Mutex<Answer?>(nil)
        private let alarm = Alarm()

        func end(_ found: Answer) {
            answer.withLock { $0 = found }
            alarm.ring()
        }

        func answer(within limit: Duration) -> Answer? {
            _ = alarm.wait(atMost: limit) { answer.withLock { $0 != nil } }
            return answer.withLock { $0 }
        }
    }

    package static func tooLate(_ host: String, _ limit: Duration) -> AddressError {
        .undecided(host, "no answer within \(limit)")
    }

    // MARK: - What is asked

    /// The name or the address without its brackets, if it can be one.
    package static func checked(_ host: String) throws(AddressError) -> String {
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let isPossible =
            (1...253).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && !"/@[]?#*,;\"'\\".utf8.contains($0) }
        guard isPossible else {
            throw AddressError(
                .malformed,
                "'\(name)' cannot be the name or the address of a machine; write a name, such as rig-1, or an address, "
                    + "such as 192.168.1.5 or fe80::1%eth0"
            )
        }
        guard name.utf8.count(where: { $0 == UInt8(ascii: ":") }) != 1 else {
            throw AddressError(
                .malformed,
                "'\(name)' names a port, which is given apart; write the name or the address of the machine alone"
            )
        }
        // What has several colons can only be an address of IPv6.
        guard IPAddress(name) != nil || !name.contains(":") else {
            let scope = name.firstIndex(of: "%").map { String(name[name.index(after: $0)...]) }
            if let scope, let address = IPAddress(String(name.prefix { $0 != "%" })), address.isLinkLocal {
                throw AddressError(.notHere, "This machine has no interface '\(scope)', which '\(name)' names")
            }
            throw AddressError(
                .malformed,
                "'\(name)' is no IPv6 address; write one as in ::1 or fe80::1%eth0, and a port, where one may stand, as "
                    + "in [::1]:5556"
            )
        }
        return name
    }

    private static func checked(_ address: IPAddress, _ name: String) -> Answer {
        guard address.isLinkLocal, address.scope == 0 else { return .success([address]) }
        return .failure(
            AddressError(.malformed, "'\(name)' needs the interface on which it lies: write \(name)%eth0, for instance")
        )
    }

    /// Asks the system: its files, its name servers, whatever it is set up for. Blocks.
    package static func askSystem(_ name: String) -> Answer {
        var hints = addrinfo()
        hints.ai_socktype = SocketType.stream
        var list: UnsafeMutablePointer<addrinfo>?
        let problem = getaddrinfo(name, nil, &hints, &list)
        let number = errno
        defer { if list != nil { freeaddrinfo(list) } }
        guard problem == 0 else {
            let words =
                problem == EAI_SYSTEM
                ? String(cString: strerror(number))
                : gai_strerror(problem).map { String(cString: $0) } ?? "error \(problem)"
            return .failure(isCertain(problem) ? .unknown(name, words) : .undecided(name, words))
        }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let found = entry.ai_addr, let address = IPAddress(found), !addresses.contains(address) {
                addresses.append(address)
            }
            next = entry.ai_next
        }
        return addresses.isEmpty ? .failure(.unknown(name, "it has no address")) : .success(addresses)
    }

    private static func isCertain(_ problem: Int32) -> Bool {
        #if os(Linux)
            // EAI_NODATA and EAI_ADDRFAMILY, which the C library does not name for Swift.
            if problem == -5 || problem == -9 { return true }
        #endif
        return problem == EAI_NONAME
    }
}
