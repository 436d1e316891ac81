import Testing

@testable import AcquisitionZeroMQ
@testable import ZeroMQ

struct HandshakeWatchTests {
    private let now = ContinuousClock.now

    /// An event as libzmq writes it.
    private func event(_ number: UInt16, _ value: UInt32 = 0) -> MonitorEvent {
        let head = withUnsafeBytes(of: number) { Array($0) } + withUnsafeBytes(of: value) { Array($0) }
        return MonitorEvent(frames: [head, []])
    }

    private var succeeded: MonitorEvent { event(0x1000) }
    private var disconnected: MonitorEvent { event(0x0200) }
    private var accident: MonitorEvent { event(0x0800, 32) }

    @Test func connectionsComeAndGo() {
        var watch = HandshakeWatch(hasKeys: false)
        let up = watch.note([event(0x0001), succeeded], now: now)
        #expect(up == .connected && watch.isConnected)
        let down = watch.note([disconnected, succeeded], now: now)
        #expect(down == .lost && !watch.isConnected, "a loss counts, whatever follows")
        let late = watch.note([disconnected], now: now)
        #expect(late == nil, "what was lost is not lost again")
        #expect(watch.retryAt == nil)
    }

    @Test func whatIsGivenUpIsNoConnectionAnyMore() {
        var watch = HandshakeWatch(hasKeys: false)
        _ = watch.note([succeeded], now: now)
        watch.startOver()
        #expect(!watch.isConnected)
        let late = watch.note([disconnected], now: now)
        #expect(late == nil, "the end of the old connection is no loss")
        let up = watch.note([succeeded], now: now)
        #expect(up == .connected && watch.isConnected)
    }

    @Test func refusalsAreToldAndTriedAgain() {
        for (event, reason) in [
            (event(0x4000, 400), "does not let this key in"), (event(0x4000, 500), "status 500"),
            (event(0x2000, 0x1100_0002), "does not speak CURVE"), (event(0x2000, 0x1100_0001), "another key"),
        ] {
            var watch = HandshakeWatch(hasKeys: true)
            let change = watch.note([event, disconnected], now: now)
            guard case .refused(let text) = change else {
                Issue.record("\(String(describing: change))")
                continue
            }
            #expect(text.contains(reason))
            let early = watch.takeRetry(now: now)
            let due = watch.takeRetry(now: now + .seconds(1))
            let again = watch.takeRetry(now: now + .seconds(2))
            #expect(!early && due && !again)
        }
        var keyless = HandshakeWatch(hasKeys: false)
        let change = keyless.note([event(0x2000, 0x1100_0002)], now: now)
        #expect(change == .refused("The service asks for a key, and none was given"))
    }

    @Test func oneAccidentIsNone() {
        var watch = HandshakeWatch(hasKeys: true)
        let first = watch.note([accident, disconnected], now: now)
        #expect(first == nil)
        let second = watch.note([accident, disconnected], now: now)
        #expect(second == nil)
        let third = watch.note([accident, disconnected], now: now)
        #expect(third != nil && watch.retryAt == nil, "libzmq tries again by itself")
        let up = watch.note([succeeded], now: now)
        #expect(up == .connected)
        let afterwards = watch.note([disconnected, accident], now: now)
        #expect(afterwards == .lost)
    }

    /// libzmq's next attempt is far away; the loop makes its own, less and less often.
    @Test func whereTheOwnerConnectsAnewItIsToldWhen() {
        var watch = HandshakeWatch(hasKeys: false, reconnects: true)
        var time = now
        var pauses: [Duration] = []
        for _ in 0..<8 {
            let change = watch.note([event(0x0080), event(0x0004, 60_000)], now: time)
            #expect(change == nil)
            let next = watch.retryAt ?? time
            pauses.append(next - time)
            time = next
            let isDue = watch.takeRetry(now: time)
            #expect(isDue)
        }
        #expect(pauses == [100, 200, 400, 800, 1000, 1000, 1000, 1000].map(Duration.milliseconds))
        // One that went unanswered for 3 s has waited long enough.
        _ = watch.note([event(0x0002)], now: time)
        _ = watch.note([event(0x0080), event(0x0004, 60_000)], now: time + .seconds(3))
        #expect(watch.retryAt == time + .milliseconds(3_100))
        // A connection that is being made is not cut off.
        _ = watch.note([event(0x0004, 60_000), event(0x0001)], now: time)
        #expect(watch.retryAt == nil)
        _ = watch.note([succeeded], now: time)
        let lost = watch.note([disconnected, event(0x0004, 60_000)], now: time)
        #expect(lost == .lost && watch.retryAt == nil, "the owner connects anew at once")
        _ = watch.note([event(0x0004, 60_000)], now: time)
        #expect(watch.retryAt == time + .milliseconds(100))
    }
}
