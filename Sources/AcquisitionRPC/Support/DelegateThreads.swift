import Synchronization

/// Threads of the package's own for what may block them: delegates. Nothing runs in Dispatch's pool, which is the
/// program's, nor in the pool for asynchronous code.
///
/// There are at most so many. At least one is always parked, so that what is urgent finds a thread also where the
/// system has none to give; while it cannot be replaced, ``room(beside:parked:)`` says that only what is urgent may
/// run. Threads that have done their work are parked and used again; those that nobody needs for a while end.
package final class DelegateThreads: Sendable {
    /// What a thread does.
    package typealias Body = @Sendable () -> Void
    /// Starts a thread under a name; false where the system has none to give.
    package typealias Factory = @Sendable (_ name: String, _ body: @escaping Body) -> Bool

    /// What may be run.
    package enum Room: Sendable, Hashable {
        case all
        /// Only what is urgent.
        case urgent
        /// Nothing: there is no thread left for it.
        case none
    }

    /// How many there may be.
    package struct Limits: Sendable, Hashable {
        /// Threads that work at once.
        package var maximum = 64
        /// How many more may do what is urgent.
        package var reserve = 8
        /// How many are parked from the start on, and kept.
        package var parked = 1
        /// How long one beyond these stays parked before it ends.
        package var idle: Duration = .seconds(5)

        package init() {}
    }

    /// Where the system has refused a thread, it is not asked again before this time.
    package static let retryInterval: Duration = .milliseconds(10)

    private let name: String
    private let limits: Limits
    private let factory: Factory
    private let state = Mutex(State())
    // Copies for whoever only looks, which the leading thread does for every request.
    private let working = Atomic(0)
    private let parked = Atomic(0)
    private let isEmptied = Alarm()

    fileprivate struct State {
        /// Threads without work; the one that was parked last is used first, so that the others may end.
        var parked: [ParkedThread] = []
        var working = 0
        var isMaking = false
        /// When the system may be asked for a thread again, after it has refused one.
        var retryAt: ContinuousClock.Instant?
        var isStopped = false
        /// Called when work ends that had kept others waiting.
        var whenFreed: Body?
        var call: Call?
        /// The parked thread that waits for the time of the call.
        var caller: ParkedThread?
        /// When that one wakes by itself.
        var callerWakes: ContinuousClock.Instant?
    }

    /// What is to be run at a certain time.
    fileprivate struct Call {
        let time: ContinuousClock.Instant
        let body: Body
    }

    /// A thread and what it is given to do.
    fileprivate final class ParkedThread: Sendable {
        let alarm = Alarm()
        let work = Mutex(Work())

        /// A struct round the function: see `TransportRpcService.Delegate`.
        struct Work {
            var body: Body?
        }
    }

    private enum Step {
        case work(Body)
        case wait(Duration)
        case end
    }

    /// - Parameter factory: starts threads; tests put one here that refuses.
    package init(
        _ name: String,
        limits: Limits = Limits(),
        factory: @escaping Factory = { Worker.start($0, $1) }
    ) {
        self.name = name
        self.limits = limits
        self.factory = factory
    }

    /// Makes the threads that are kept; false where the system has none to give.
    ///
    /// - Parameters:
    ///   - more: how many to make beside these, for what runs from the start on.
    ///   - whenFreed: called on a thread of these, when one comes back that others may have waited for: there was no
    ///     room before, or none but for what is urgent.
    package func start(making more: Int = 0, whenFreed: @escaping Body = {}) -> Bool {
        state.withLock { $0.whenFreed = whenFreed }
        for _ in 0..<limits.parked + more {
            guard makeParked() else {
                stop()
                return false
            }
        }
        return true
    }

    /// How many threads work.
    package var workingCount: Int { working.load(ordering: .acquiring) }

    /// How many threads are parked.
    package var parkedCount: Int { parked.load(ordering: .acquiring) }

    /// What may be run; where too few threads are parked, tries to make them.
    ///
    /// - Parameters:
    ///   - others: how many threads there have to be room for beside those that work now.
    ///   - needed: how many threads have to be parked.
    package func room(beside others: Int, parked needed: Int = 1) -> Room {
        let count = workingCount + others
        if count > limits.maximum + limits.reserve { return .none }
        return hasParked(needed) && count <= limits.maximum ? .all : .urgent
    }

    /// Runs `body` on a thread that is parked, or on a new one; false where the system has none to give, or there are
    /// as many as there may be.
    package func run(_ body: @escaping Body) -> Bool {
        let (isOpen, thread) = change { state -> (Bool, ParkedThread?) in
            guard !state.isStopped, state.working < limits.maximum + limits.reserve else { return (false, nil) }
            state.working += 1
            let thread = state.takeParked()
            // Under the lock, so that it does not end with the work that it was chosen for.
            thread?.work.withLock { $0.body = body }
            return (true, thread)
        }
        guard isOpen else { return false }
        if let thread {
            thread.alarm.ring()
            return true
        }
        let new = ParkedThread()
        new.work.withLock { $0.body = body }
        guard factory(name, { [self] in serve(new) }) else {
            change { state in
                state.working -= 1
                state.retryAt = .now + Self.retryInterval
            }
            return false
        }
        return true
    }

    /// Runs `body` at `time` where a thread is parked then, or as soon as one is; in place of what was to be run
    /// before.
    package func schedule(at time: ContinuousClock.Instant, _ body: @escaping Body) {
        let (thread, old) = state.withLock { state -> (ParkedThread?, Call?) in
            guard !state.isStopped else { return (nil, nil) }
            let old = state.call
            state.call = Call(time: time, body: body)
            guard let caller = state.caller else {
                state.caller = state.parked.last
                state.callerWakes = nil
                return (state.caller, old)
            }
            guard let wakes = state.callerWakes, wakes > time else { return (nil, old) }
            return (caller, old)
        }
        thread?.alarm.ring()
        withExtendedLifetime(old) {}
    }

    /// Forgets what was to be run at a certain time.
    package func cancelScheduled() {
        let old = state.withLock { $0.call.take() }
        withExtendedLifetime(old) {}
    }

    /// Lets every thread end: those that are parked at once, which is waited for, the others when they come back.
    package func stop() {
        let (threads, call, whenFreed) = state.withLock { state in
            state.isStopped = true
            return (state.parked, state.call.take(), state.whenFreed.take())
        }
        for thread in threads { thread.alarm.ring() }
        isEmptied.wait(atMost: .milliseconds(100)) { parkedCount == 0 }
        withExtendedLifetime((call, whenFreed)) {}
    }

    // MARK: - Threads

    private func change<Value>(_ body: (inout sending State) -> sending Value) -> sending Value {
        state.withLock { state in
            let value = body(&state)
            working.store(state.working, ordering: .releasing)
            parked.store(state.parked.count, ordering: .releasing)
            return value
        }
    }

    private func hasParked(_ needed: Int) -> Bool {
        while parkedCount < needed {
            guard makeParked() else { return false }
        }
        return true
    }

    /// Makes one more thread, which is parked, unless the system has just refused one.
    private func makeParked() -> Bool {
        let mayMake = state.withLock { state in
            guard !state.isStopped, !state.isMaking, state.retryAt.map({ $0 <= .now }) ?? true else { return false }
            state.isMaking = true
            return true
        }
        guard mayMake else { return false }
        let thread = ParkedThread()
        let isMade = factory(name) { [self] in serve(thread) }
        let isOver = change { state in
            state.isMaking = false
            state.retryAt = isMade ? nil : .now + Self.retryInterval
            guard isMade else { return false }
            if state.isStopped { return true }
            state.park(thread)
            return false
        }
        // It does not know, as it was not among those that were told; one that watches the call must know as well.
        if isMade { thread.alarm.ring() }
        return isMade && !isOver
    }

    private func serve(_ thread: ParkedThread) {
        var parkedSince = ContinuousClock.now
        while true {
            switch step(thread, since: parkedSince) {
            case .end: return
            case .wait(let time): thread.alarm.wait(atMost: time)
            case .work(let body):
                body()
                guard comeBack(thread) else { return }
                parkedSince = .now
            }
        }
    }

    /// Parks a thread that has done its work; false where it is to end.
    private func comeBack(_ thread: ParkedThread) -> Bool {
        let (stays, whenFreed) = change { state -> (Bool, Body?) in
            let wereWaiting = state.working >= limits.maximum || state.parked.isEmpty
            state.working -= 1
            guard !state.isStopped else { return (false, nil) }
            state.park(thread)
            return (true, wereWaiting ? state.whenFreed : nil)
        }
        whenFreed?()
        return stays
    }

    private func step(_ thread: ParkedThread, since: ContinuousClock.Instant) -> Step {
        let step = change { state -> Step in
            if let body = thread.work.withLock({ $0.body.take() }) { return .work(body) }
            if state.isStopped {
                state.remove(thread)
                return .end
            }
            if state.caller === thread {
                if let call = state.call {
                    let left = call.time - .now
                    state.callerWakes = call.time
                    if left > .zero { return .wait(left) }
                    state.call = nil
                    state.remove(thread)
                    state.working += 1
                    return .work(call.body)
                }
                state.caller = nil
            }
            let left = since.saturating(adding: limits.idle) - .now
            if left > .zero { return .wait(left) }
            guard state.parked.count > limits.parked, state.remove(thread) else { return .wait(.longest) }
            return .end
        }
        if case .end = step { isEmptied.ring() }
        return step
    }
}

extension DelegateThreads.State {
    /// The thread that was parked last; the one that watches the call only where there is no other.
    fileprivate mutating func takeParked() -> DelegateThreads.ParkedThread? {
        guard let last = parked.popLast() else { return nil }
        guard last === caller else { return last }
        guard let other = parked.popLast() else {
            caller = nil
            return last
        }
        parked.append(last)
        return other
    }

    fileprivate mutating func park(_ thread: DelegateThreads.ParkedThread) {
        parked.append(thread)
        guard call != nil, caller == nil else { return }
        caller = thread
        callerWakes = nil
    }

    @discardableResult
    fileprivate mutating func remove(_ thread: DelegateThreads.ParkedThread) -> Bool {
        if caller === thread { caller = nil }
        guard let index = parked.lastIndex(where: { $0 === thread }) else { return false }
        parked.remove(at: index)
        return true
    }
}
