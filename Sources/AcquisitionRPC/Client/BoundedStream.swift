import AcquisitionModel
import Synchronization

/// A sequence of what arrives, of which the oldest is dropped, and counted, when nobody reads it fast enough.
public struct BoundedStream<Element: Sendable>: AsyncSequence, Sendable {
    private let stream: AsyncStream<Element>
    private let count: DropCount

    /// How many elements were dropped so far, since the reader was slower than what arrived. Where what was dropped told of
    /// others that had been missed, those count.
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
        guard case .dropped(let lost) = continuation.yield(element) else { return }
        count.add((lost as? any LossNotice)?.lossCount ?? 1)
    }

    func finish() { continuation.finish() }
}

private final class DropCount: Sendable {
    private let atomic = Atomic(0)
    var value: Int { atomic.load(ordering: .relaxed) }
    func add(_ number: Int) { atomic.wrappingAdd(number, ordering: .relaxed) }
}

/// An element that may tell of others which were lost before it.
private protocol LossNotice {
    /// How many are lost with it.
    var lossCount: Int { get }
}

extension ApiMessage: LossNotice {
    fileprivate var lossCount: Int {
        if case .notice(.missed(let number)) = content { number } else { 1 }
    }
}
