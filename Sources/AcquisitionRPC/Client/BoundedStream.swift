import Synchronization

/// A sequence of what arrives, of which the oldest is dropped, and counted, when nobody reads it fast enough.
public struct BoundedStream<Element: Sendable>: AsyncSequence, Sendable {
    private let stream: AsyncStream<Element>
    private let count: DropCount

    /// How many elements were dropped so far, since the reader was slower than what arrived.
    public var dropped: Int { count.value }

    /// Reads the elements; of several readers each element goes to one.
    public func makeAsyncIterator() -> AsyncStream<Element>.Iterator { stream.makeAsyncIterator() }

    /// A stream that holds at most `capacity` elements, and where to put them.
    static func make(
        capacity: Int,
        onEnd: @escaping @Sendable () -> Void = {}
    ) -> (stream: BoundedStream, inlet: BoundedInlet<Element>) {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Element.self,
            bufferingPolicy: .bufferingNewest(Swift.max(1, capacity))
        )
        continuation.onTermination = { _ in onEnd() }
        let count = DropCount()
        return (
            BoundedStream(stream: stream, count: count),
            BoundedInlet(continuation: continuation, count: count)
        )
    }
}

/// Where the elements of a ``BoundedStream`` go in.
struct BoundedInlet<Element: Sendable>: Sendable {
    fileprivate let continuation: AsyncStream<Element>.Continuation
    fileprivate let count: DropCount

    func yield(_ element: Element) {
        if case .dropped = continuation.yield(element) { count.add() }
    }

    func finish() { continuation.finish() }
}

private final class DropCount: Sendable {
    private let atomic = Atomic(0)
    var value: Int { atomic.load(ordering: .relaxed) }
    func add() { atomic.add(1, ordering: .relaxed) }
}
