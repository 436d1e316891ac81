import Dispatch
import Foundation

/// Whether `condition` becomes true within a time that is long enough; asks it again and again. Blocks its thread.
public func becomesTrue(within limit: Duration = .seconds(20), _ condition: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + limit
    while !condition() {
        if ContinuousClock.now > deadline { return false }
        Thread.sleep(forTimeInterval: 0.0005)
    }
    return true
}

/// The same without blocking a thread.
public func becomes(within limit: Duration = .seconds(20), _ condition: () async -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while await !condition() {
        if ContinuousClock.now > deadline { return false }
        await Task.yield()
    }
    return true
}

/// Blocks the thread for so many seconds, as a delegate may.
public func blockingSleep(_ seconds: Double) { Thread.sleep(forTimeInterval: seconds) }

/// Runs `body`, which may block, on a thread of its own.
public func onAThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: body()) }
    }
}

/// How long so many threads take to sleep so many times for so many seconds: the best that a service could do.
public func timeOfSleeps(_ seconds: Double, threads: Int, each count: Int) -> Duration {
    let group = DispatchGroup()
    return ContinuousClock().measure {
        for _ in 0..<threads {
            group.enter()
            Thread.detachNewThread {
                for _ in 0..<count { blockingSleep(seconds) }
                group.leave()
            }
        }
        group.wait()
    }
}
