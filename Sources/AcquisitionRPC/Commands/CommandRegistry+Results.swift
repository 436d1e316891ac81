import AcquisitionModel

/// Results that do not come from the delegate's return: of the work that it left, or published by the application.
extension CommandRegistry {
    /// What the work for a request belongs to.
    enum Work: Sendable {
        /// A command that has no result yet: the result of the work is its result, whoever began it.
        case result(of: CommandJob)
        /// No command that is known: a client was told elsewhere that a result would follow.
        case unknown
        /// The command has its result, or was given up: the work is not begun.
        case over(isGivenUp: Bool)
        case closed
    }

    /// Work is about to begin for a command: for `current` where the work begins in its task, for the oldest one that
    /// `name` means elsewhere.
    mutating func beginWork(for name: CommandName, current: CommandJob?) -> Work {
        guard isOpen else { return .closed }
        if let current, current.name == name {
            guard let record = records[current.id], record.state.mayHaveResult else {
                let isGivenUp = results.take(name) || records[current.id]?.state.isGivenUp == true
                return .over(isGivenUp: isGivenUp)
            }
            return begin(current.id)
        }
        for id in names[name]?.all ?? [] {
            guard let record = records[id], record.state.mayHaveResult, !record.isLeftToWork else { continue }
            return begin(id)
        }
        return results.take(name) ? .over(isGivenUp: true) : .unknown
    }

    private mutating func begin(_ id: UInt64) -> Work {
        guard let job = records[id]?.job else { return .unknown }
        records[id]?.parts += 1
        records[id]?.isLeftToWork = true
        records[id]?.state.leaveResultToOthers()
        return .result(of: job)
    }

    /// The work that was left for a command came to an end.
    mutating func workEnded(
        _ job: CommandJob,
        _ response: ApiCommandRequestResponse,
        now: ContinuousClock.Instant
    ) -> CommandState.Action {
        let action = change(job.id, now: now) { record in
            record.parts -= 1
            // Its result comes from the application after all.
            guard response.result != .pendingWithNotification else { return .nothing }
            return record.state.come(to: response)
        }
        if action == .drop { _ = results.take(job.name) }
        return action
    }

    /// What a result that the application publishes belongs to.
    enum Published: Sendable {
        /// A command that waited for it.
        case result(of: CommandJob)
        /// No command that is known: it is published as it is.
        case unknown
        /// The command was given up before: it is dropped.
        case late
    }

    /// How the keys of a result are spelled that the application publishes; nil where no command waits for one.
    func keys(of name: CommandName) -> KeyRule? {
        for id in names[name]?.all ?? [] {
            if let job = records[id]?.job { return job.request.keys }
        }
        return nil
    }

    /// The application publishes a result.
    mutating func publishes(_ name: CommandName, now: ContinuousClock.Instant) -> Published {
        for id in names[name]?.all ?? [] {
            guard let job = records[id]?.job else { continue }
            let result = ApiCommandRequestResponse(.success)
            let action = change(id, now: now) { $0.state.come(to: result) }
            if action == .publish(result) { return .result(of: job) }
        }
        return results.take(name) ? .late : .unknown
    }
}

/// The results of commands that were given up: when they come after all, they are dropped. Bounded; the oldest are
/// forgotten first.
struct GivenUpResults: Sendable {
    private var counts: [CommandName: Int] = [:]
    private var order: [CommandName] = []
    private var first = 0
    private static let maximum = 10_000

    var count: Int { order.count - first }

    /// The command that `name` means was given up.
    mutating func giveUp(_ name: CommandName) {
        counts[name, default: 0] += 1
        order.append(name)
        guard count > Self.maximum else { return }
        _ = removeCount(of: order[first])
        first += 1
        if first > Self.maximum {
            order.removeFirst(first)
            first = 0
        }
    }

    /// Whether a result under this name comes too late; once for each command that was given up.
    mutating func take(_ name: CommandName) -> Bool {
        guard removeCount(of: name) else { return false }
        if counts.isEmpty {
            order = []
            first = 0
        }
        return true
    }

    private mutating func removeCount(of name: CommandName) -> Bool {
        guard let count = counts[name] else { return false }
        counts[name] = count > 1 ? count - 1 : nil
        return true
    }
}
