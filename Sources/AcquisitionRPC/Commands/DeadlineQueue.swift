/// Deadlines in the order in which they come, each a fixed time after something that happened in order.
struct DeadlineQueue<Subject: Sendable>: Sendable {
    private var deadlines: [(time: ContinuousClock.Instant, subject: Subject)] = []
    private var first = 0
    /// So many that do not matter any more may stay, beside as many as matter.
    private static var slack: Int { 256 }

    /// How many deadlines are kept.
    var count: Int { deadlines.count - first }

    /// The next deadline; nil where there is none.
    var next: ContinuousClock.Instant? { count > 0 ? deadlines[first].time : nil }

    mutating func append(_ time: ContinuousClock.Instant, _ subject: Subject) {
        deadlines.append((time, subject))
    }

    /// Takes out what is due by `now`.
    mutating func takeDue(now: ContinuousClock.Instant) -> [Subject] {
        var due: [Subject] = []
        while count > 0, deadlines[first].time <= now {
            due.append(deadlines[first].subject)
            first += 1
        }
        giveBack()
        return due
    }

    /// Takes out the next one, due or not.
    mutating func takeFirst() -> Subject? {
        guard count > 0 else { return nil }
        defer {
            first += 1
            giveBack()
        }
        return deadlines[first].subject
    }

    /// Forgets deadlines that `isOver` says do not matter any more: the next ones at once, those behind one that still
    /// matters when they are more than the `live` ones. So one that takes long does not keep the others in memory.
    mutating func discard(live: Int, _ isOver: (Subject) -> Bool) {
        while count > 0, isOver(deadlines[first].subject) { first += 1 }
        giveBack()
        guard count > 2 * live + Self.slack else { return }
        deadlines = deadlines[first...].filter { !isOver($0.subject) }
        first = 0
    }

    mutating func removeAll() {
        deadlines = []
        first = 0
    }

    /// Gives the memory back now and then.
    private mutating func giveBack() {
        if first == deadlines.count {
            deadlines.removeAll(keepingCapacity: deadlines.count < 4096)
            first = 0
        } else if first > 4096, first > deadlines.count / 2 {
            deadlines.removeFirst(first)
            first = 0
        }
    }
}
