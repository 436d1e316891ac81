import AcquisitionModel
import Synchronization

/// What a message is written into before it is sent, reused from message to message. Nothing that an application gives
/// is encoded under a lock: it may take its time, and it may call the service.
struct Buffers: ~Copyable, Sendable {
    var message: JSONWriter
    /// For the inner layer of release 0.9.7.
    var inner: JSONWriter

    init(limits: WireLimits) {
        message = JSONWriter(limits: limits)
        inner = JSONWriter(limits: limits)
    }

    /// Fills a number in that was not known when the message was written.
    mutating func fill(_ number: Int, at place: Int, in dialect: Dialect) {
        switch dialect {
        case .current: message.fill(number, at: place)
        case .legacy:
            inner.fill(number, at: place)
            PublishedPayload.wrap(inner, into: &message)
        }
    }
}

/// Buffers that nobody uses just now: one within reach of an atomic exchange, which is all that a single sending thread
/// ever needs, and a few more for others. They stand in memory of their own, so that moving them about costs neither a
/// copy nor a count of references.
// `@unchecked`: a pointer is in one place at a time, here or with the one thread that its buffers are lent to.
struct SpareBuffers: ~Copyable, @unchecked Sendable {
    private let limits: WireLimits
    private let first = Atomic<UnsafeMutablePointer<Buffers>?>(nil)
    private let others = Mutex<[Spare]>([])
    /// More threads than these at once, and the last to finish let their buffers go.
    private static let most = 16

    private struct Spare: @unchecked Sendable {
        let pointer: UnsafeMutablePointer<Buffers>
    }

    init(limits: WireLimits) { self.limits = limits }

    deinit {
        if let first = first.load(ordering: .acquiring) { Self.free(first) }
        others.withLock { for other in $0 { Self.free(other.pointer) } }
    }

    /// Runs `body` with buffers that are its own until it returns.
    func lend<Failure>(_ body: (inout Buffers) throws(Failure) -> Void) throws(Failure) {
        let pointer = take() ?? make()
        defer { give(pointer) }
        try body(&pointer.pointee)
    }

    private func take() -> UnsafeMutablePointer<Buffers>? {
        first.exchange(nil, ordering: .acquiring) ?? others.withLock { $0.popLast() }?.pointer
    }

    private func give(_ pointer: UnsafeMutablePointer<Buffers>) {
        guard let displaced = first.exchange(pointer, ordering: .acquiringAndReleasing).map(Spare.init) else { return }
        let isKept = others.withLock { others in
            guard others.count < Self.most else { return false }
            others.append(displaced)
            return true
        }
        if !isKept { Self.free(displaced.pointer) }
    }

    private func make() -> UnsafeMutablePointer<Buffers> {
        let pointer = UnsafeMutablePointer<Buffers>.allocate(capacity: 1)
        pointer.initialize(to: Buffers(limits: limits))
        return pointer
    }

    private static func free(_ pointer: UnsafeMutablePointer<Buffers>) {
        pointer.deinitialize(count: 1)
        pointer.deallocate()
    }
}
