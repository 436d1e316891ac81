/// First in, first out; both ends in constant time, however much waits in between.
package struct Deque<Element> {
    private var slots: [Element?] = []
    private var first = 0

    package init() {}

    /// How many elements there are.
    package var count: Int { slots.count - first }

    /// Whether there is none.
    package var isEmpty: Bool { first == slots.count }

    /// The element that is next.
    package var next: Element? { isEmpty ? nil : slots[first] }

    /// Adds an element at the end.
    package mutating func append(_ element: Element) { slots.append(element) }

    /// Takes out the element that is next.
    package mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        defer { giveBack() }
        return slots[first].take()
    }

    /// Takes out everything, in order.
    package mutating func takeAll() -> [Element] {
        defer { self = Deque() }
        return slots[first...].compactMap { $0 }
    }

    /// Takes out whatever does not satisfy the condition; linear.
    package mutating func filter(_ isKept: (Element) -> Bool) {
        slots = slots[first...].filter { $0.map(isKept) ?? false }
        first = 0
    }

    /// Gives memory back when more than half of it is empty, so that an element is moved once on the average.
    private mutating func giveBack() {
        first += 1
        if first == slots.count {
            slots.removeAll(keepingCapacity: slots.count <= 256)
            first = 0
        } else if first > 256, first > slots.count / 2 {
            slots.removeFirst(first)
            first = 0
        }
    }
}

extension Deque: Sendable where Element: Sendable {}
