/// Deadlines in the order in which they come, each a fixed time after something that happened in order.
struct DeadlineQueue<Subject: Sendable>: Sendable {
    private var deadlines: [(time: ContinuousClock.Instant, subject: Subject)] = []
    private var first = 0

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

    /// Forgets the next deadlines for as long as `isOver` says that they do not matter any more.
    mutating func dropFirst(while isOver: (Subject) -> Bool) {
        while count > 0, isOver(deadlines[first].subject) { first += 1 }
        giveBack()
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
        } else if first > 4096 {
            deadlines.removeFirst(first)
            first = 0
        }
    }
}
