import AcquisitionModel
import AcquisitionRPC
import Dispatch
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The simulated trainer at work: publishes what happens, answers commands, follows the lines that it is given.
final class TrainerHost: Sendable {
    private let service: any RpcService
    let console: TrainerConsole
    private let timing: Timing
    private let state: Mutex<State>

    /// How long things take.
    struct Timing: Sendable, Hashable {
        /// A calibration; in the dialect of 0.9.7 the start and the stop of acquisition.
        var work: Duration = .seconds(2)
        /// By how much simulated sessions are faster than real ones.
        var speed: Double = 1
    }

    private struct State {
        var trainer: Trainer
        var simulation: SessionSimulation?
        var lastIndex = 0
        /// What waits for the present work to be over; cancelled where an emergency stop ends it.
        var sleeper: (work: TrainerWork, task: Task<Void, Never>)?
        /// The simulation, where it waits for the training to go on.
        var waiting: CheckedContinuation<Void, Never>?
    }

    /// A trainer that is not reachable yet.
    init(
        service: any RpcService,
        console: TrainerConsole,
        timing: Timing,
        seed: UInt64?,
        configuration: ApiSystemConfiguration = .simulated
    ) {
        self.service = service
        self.console = console
        self.timing = timing
        let dialect = service.options.dialect
        let trainer = Trainer(dialect: dialect, configuration: configuration)
        let simulation = seed.map { seed in
            SessionSimulation(
                dialect: dialect,
                seed: seed,
                animal: trainer.status.animal,
                deviceId: configuration.deviceId
            )
        }
        state = Mutex(State(trainer: trainer, simulation: simulation))
    }

    /// The trainer as it is now.
    var trainer: Trainer { state.withLock { $0.trainer } }

    // MARK: - Life

    /// Makes the trainer reachable, says so, and publishes that it is there.
    ///
    /// - Throws: ``RpcServiceError`` where the service cannot start.
    func start() throws(RpcServiceError) {
        service.setDelegate { [weak self] request in self?.answer(request) ?? .unavailable() }
        // Commands that come at once are answered, and shown, after the line that says that the trainer is ready.
        try state.withLock { state throws(RpcServiceError) in
            try service.start()
            if let endpoints = service.endpoints { console.report(.ready(endpoints)) }
            let launched = TrainerEvent(.applicationLaunched, VersionContext(version: Implementation.version))
            publish([launched], &state)
            guard state.simulation != nil else { return }
            switch state.trainer.dialect {
            case .current:
                publish(state.trainer.changeApplicationMode(to: .running), &state)
            case .legacy:
                state.trainer.isAcquiring = true
                publish([TrainerEvent(kind: ApiEventKind.Legacy.acquisitionStarted)], &state)
            }
        }
    }

    /// Publishes that the trainer ends, and ends its service.
    func stop(reason: String) async {
        state.withLock { state in
            publish([TrainerEvent(.applicationTerminating, ReasonContext(reason: reason))], &state)
        }
        await service.stop()
    }

    // MARK: - Commands

    private func answer(_ request: ApiCommandRequest) -> ApiCommandRequestResponse {
        let answer = state.withLock { state in
            let answer = state.trainer.handle(request)
            console.report(.command(request, answer.response))
            publish(answer.events, &state)
            settle(answer.later, &state)
            return answer
        }
        guard let work = answer.later else { return answer.response }
        var pending = service.answerLater(to: request) { [self] in
            await wait(for: work)
            // Where the service is being stopped, it has said itself that the command failed.
            return Task.isCancelled ? .failed() : finish(work, for: request)
        }
        pending.data = answer.response.data
        return pending
    }

    /// Follows up on a change: what waits for work that was interrupted, and the simulation, look again.
    private func settle(_ work: TrainerWork?, _ state: inout State) {
        if let work {
            let time = timing.work
            state.sleeper = (work, Task { try? await Task.sleep(for: time) })
        } else if let sleeper = state.sleeper, state.trainer.work != sleeper.work {
            sleeper.task.cancel()
        }
        if state.trainer.isTraining {
            // Not here, where the lock is held: waking up waits for the handlers of a task that is being cancelled, and
            // the simulation's handler takes the lock.
            let waiting = state.waiting
            state.waiting = nil
            if let waiting { DispatchQueue.global().async { waiting.resume() } }
        }
    }

    private func wait(for work: TrainerWork) async {
        let task = state.withLock { $0.sleeper?.work == work ? $0.sleeper?.task : nil }
        guard let task else { return }
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func finish(_ work: TrainerWork, for request: ApiCommandRequest?) -> ApiCommandRequestResponse {
        state.withLock { state in
            let answer = state.trainer.finish(work)
            publish(answer.events, &state)
            if let request { console.report(.result(request, answer.response)) }
            settle(nil, &state)
            return answer.response
        }
    }

    // MARK: - Publishing

    private func publish(_ events: [TrainerEvent], _ state: inout State) {
        for event in events { publish(event, &state) }
    }

    private func publish(_ event: TrainerEvent, _ state: inout State) {
        let now = EventTime.now
        state.lastIndex = max(state.lastIndex + 1, Int((now.secondsSince1970 ?? 0) * 1e9))
        let sent = ApiEvent(
            kind: event.kind,
            when: now,
            index: state.lastIndex,
            context: event.context,
            repeat: state.trainer.dialect == .current ? 0 : nil
        )
        state.trainer.observe(event)
        do {
            try service.sendEvent(sent)
            console.report(.event(sent))
        } catch {
            console.complain("the event was not sent: \(error)")
        }
    }

    // MARK: - Simulation

    /// Tells the story of ``SessionSimulation`` until the task is cancelled; waits while no training is possible.
    func simulate() async {
        while !Task.isCancelled {
            await untilTraining()
            guard let step = state.withLock({ $0.simulation?.next() }) else { return }
            try? await Task.sleep(for: step.delay / timing.speed)
            await untilTraining()
            guard !Task.isCancelled else { return }
            state.withLock { state in
                switch step.content {
                case .event(let event): publish(event, &state)
                case .status: publish(TrainerEvent(.systemStatus, state.trainer.status), &state)
                }
            }
        }
    }

    /// How often a real trainer publishes its status.
    private static let statusInterval: Duration = .seconds(60)

    /// Publishes the status every minute, and at midnight that a day begins, until the task is cancelled.
    func reportStatus() async {
        guard service.options.dialect == .current else { return }
        while (try? await Task.sleep(for: Self.statusInterval)) != nil {
            state.withLock { state in
                let now = EventTime.now
                if let day = state.trainer.beginDay(now) {
                    state.simulation?.day = now
                    publish(day, &state)
                }
                publish(TrainerEvent(.systemStatus, state.trainer.status), &state)
            }
        }
    }

    private func untilTraining() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayGoOn = state.withLock { state in
                    if state.trainer.isTraining || Task.isCancelled { return true }
                    state.waiting = continuation
                    return false
                }
                if mayGoOn { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                defer { state.waiting = nil }
                return state.waiting
            }
            waiting?.resume()
        }
    }

    // MARK: - Lines

    /// Does what a line says; false where it says that the program is to end.
    func follow(_ line: TrainerLine) async -> Bool {
        switch line {
        case .nothing: break
        case .quit: return false
        case .wait(let time): try? await Task.sleep(for: time)
        case .event(let event): state.withLock { publish(event, &$0) }
        case .emergencyStop(let reason):
            change { $0.emergencyStop(reason: reason, code: .userButton) }
        case .emergencyResume(let reason):
            change { trainer in
                if let events = trainer.emergencyResume(reason: reason, code: .userButton) { return events }
                console.complain("the trainer is not stopped, so that it cannot be resumed")
                return []
            }
        case .property(let object): send(.propertyChange, .object(object))
        case .send(let topic, let payload): send(topic, payload)
        case .modes: showModes()
        case .applicationMode(let mode): await setApplicationMode(mode)
        case .trainingMode(let mode): change { $0.changeTrainingMode(to: mode) }
        case .status: showStatus()
        case .help(let word): showHelp(word)
        }
        return true
    }

    private func change(_ body: (inout Trainer) -> [TrainerEvent]) {
        state.withLock { state in
            publish(body(&state.trainer), &state)
            settle(nil, &state)
        }
    }

    private func send(_ topic: ApiTopic, _ payload: JSONValue) {
        do {
            if let object = payload.object {
                try service.sendDict(topic, object)
            } else {
                try service.sendString(topic, payload.description)
            }
            console.report(.sent(topic, payload))
        } catch {
            console.complain("the message was not sent: \(error)")
        }
    }

    private func setApplicationMode(_ mode: ApiApplicationMode) async {
        let answer = state.withLock { state in
            let answer = state.trainer.setApplicationMode(["mode": JSONValue(mode.rawValue)])
            publish(answer.events, &state)
            settle(answer.later, &state)
            return answer
        }
        if let message = answer.response.errorMessage { console.complain(message) }
        guard let work = answer.later else { return }
        Task {
            await wait(for: work)
            _ = finish(work, for: nil)
        }
    }
}
