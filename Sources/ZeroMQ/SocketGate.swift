import Synchronization

/// Lets one thread at a time at a socket's handle, and none after it is closed.
///
/// It never waits. Whoever finds the handle taken is refused, and what must not be lost (closing,
/// stopping a monitor) is left for the thread inside to do on its way out. Passing through the gate
/// is the memory barrier that libzmq asks for when a socket changes threads.
struct SocketGate: ~Copyable, Sendable {
    enum Refusal { case busy, closed }

    /// What the one leaving has to do first.
    enum Duty { case none, stopMonitor, close }

    private static let inside: UInt8 = 1
    private static let closing: UInt8 = 2
    private static let stopping: UInt8 = 4

    private let bits = Atomic<UInt8>(0)

    var isShut: Bool { bits.load(ordering: .acquiring) & Self.closing != 0 }

    /// Enters, or tells why not. After `nil`, call ``leave()`` until it has no duty left.
    func enter() -> Refusal? {
        let (entered, old) = bits.compareExchange(
            expected: 0,
            desired: Self.inside,
            ordering: .acquiringAndReleasing
        )
        if entered { return nil }
        return old & Self.closing != 0 ? .closed : .busy
    }

    /// Leaves if nothing is left to do. `.close` is final: the gate stays shut.
    /// After `.stopMonitor` the caller is still inside, and leaves again.
    func leave() -> Duty {
        let (left, old) = bits.compareExchange(
            expected: Self.inside,
            desired: 0,
            ordering: .acquiringAndReleasing
        )
        if left { return .none }
        if old & Self.closing != 0 { return .close }
        bits.bitwiseAnd(~Self.stopping, ordering: .acquiringAndReleasing)
        return .stopMonitor
    }

    /// Shuts the gate for good. True when the caller has to close the handle, now or never.
    func shut() -> Bool {
        bits.bitwiseOr(Self.closing, ordering: .acquiringAndReleasing).oldValue == 0
    }

    /// Asks for the monitor to be stopped. True when the caller came inside and has to ``leave()``.
    func requestMonitorStop() -> Bool {
        let old = bits.bitwiseOr(Self.inside | Self.stopping, ordering: .acquiringAndReleasing).oldValue
        return old == 0
    }
}
