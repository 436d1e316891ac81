import AcquisitionModel
import Synchronization

/// The way of a command through the service: admitted, run, answered, remembered. What is decided under the lock is carried
/// out outside it, and ``waitForEffects(atMost:)`` waits for that.
final class CommandPipeline: Sendable {
    typealias Action = CommandState.Action
    typealias Effect = CommandRegistry.Effect

    private struct State: Sendable {
        var registry: CommandRegistry
        /// How many threads carry out what was decided.
        var carryingOut = 0
    }

    private let state: Mutex<State>
    private let carriedOut = Alarm()

    init(limits: LoadLimits = LoadLimits(), deduplicate window: Duration? = nil) {
        state = Mutex(State(registry: CommandRegistry(limits: limits, deduplicate: window)))
    }

    /// Asks or tells the registry something that has no effect on clients.
    func withRegistry<Value: Sendable>(_ body: (inout CommandRegistry) -> Value) -> Value {
        state.withLock { body(&$0.registry) }
    }

    /// Decides something, and has `perform` carry it out: before the transport is closed.
    func decide(_ body: (inout CommandRegistry) -> Action, perform: (Action) -> Void) {
        let action = state.withLock { state in
            let action = body(&state.registry)
            if action != .nothing { state.carryingOut += 1 }
            return action
        }
        guard action != .nothing else { return }
        perform(action)
        endCarryingOut()
    }

    /// As the other one, for several commands; `value` is what else was decided.
    func decide<Value: Sendable>(
        _ body: (inout CommandRegistry) -> (effects: [Effect], value: Value),
        perform: (Effect) -> Void
    ) -> Value {
        let (effects, value) = state.withLock { state in
            let decided = body(&state.registry)
            if !decided.effects.isEmpty { state.carryingOut += 1 }
            return decided
        }
        guard !effects.isEmpty else { return value }
        for effect in effects { perform(effect) }
        endCarryingOut()
        return value
    }

    private func endCarryingOut() {
        let isLast = state.withLock { state in
            state.carryingOut -= 1
            return !state.registry.isOpen && state.carryingOut == 0
        }
        if isLast { carriedOut.ring() }
    }

    /// Waits until everything that was decided is carried out. After the registry was closed.
    func waitForEffects(atMost limit: Duration) {
        carriedOut.wait(atMost: limit) { state.withLock { $0.carryingOut == 0 } }
    }
}
