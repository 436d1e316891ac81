public import GatewayCore
import Synchronization

extension RigServices {
    /// How rigs are asked.
    public struct Asking: Sendable, Hashable {
        /// Whether one rig answers before the next one is told.
        public var isOneAfterAnother: Bool
        /// The time for the answers of all rigs together, from the first one's turn on; nil for as long as it takes.
        public var timeLimit: Duration?
        /// Where they are asked together, how long the next rig waits for the echo of the one before. A live rig echoes
        /// within a millisecond or two, so that the order is kept; a dead one holds the others up for no longer than this.
        public var headStart: Duration

        /// Together, and 10 s at most, unless told otherwise (`protocol/iblutil.md`, I1).
        public init(
            isOneAfterAnother: Bool = false,
            timeLimit: Duration? = .seconds(10),
            headStart: Duration = .milliseconds(100)
        ) {
            self.isOneAfterAnother = isOneAfterAnother
            self.timeLimit = timeLimit
            self.headStart = headStart
        }
    }

    /// Asks all rigs to prepare an experiment.
    ///
    /// - Throws: ``RigServicesError`` where a rig failed, like all of these; `CancellationError` where the task is
    ///   cancelled.
    @discardableResult
    public func initialize(_ data: JSONValue = .null, _ asking: Asking = Asking()) async throws -> RigAnswers {
        try await ask(.initialize(data), asking)
    }

    /// Asks all rigs to begin an experiment.
    @discardableResult
    public func start(
        _ reference: ExperimentReference?,
        _ data: JSONValue = .null,
        _ asking: Asking = Asking()
    ) async throws -> RigAnswers {
        try await ask(.start(reference, data), asking)
    }

    /// Asks all rigs, the last one first, to end an experiment, immediately or in their own time.
    @discardableResult
    public func stop(
        _ data: JSONValue = .null,
        immediately: Bool = false,
        _ asking: Asking = Asking()
    ) async throws -> RigAnswers {
        try await ask(.stop(data, immediately: immediately), asking, isReversed: true)
    }

    /// Asks all rigs, the last one first, to tidy up.
    @discardableResult
    public func cleanup(_ data: JSONValue = .null, _ asking: Asking = Asking()) async throws -> RigAnswers {
        try await ask(.cleanup(data), asking, isReversed: true)
    }

    /// Tells all rigs how the experiment stands, and hears how it stands there.
    @discardableResult
    public func status(_ status: ExpStatus, _ asking: Asking = Asking()) async throws -> RigAnswers {
        try await ask(.status(status), asking)
    }

    /// Tells all rigs how the experiment stands, and more about it, and hears the same from them.
    @discardableResult
    public func info(
        _ status: ExpStatus,
        _ data: JSONValue = .null,
        _ asking: Asking = Asking()
    ) async throws -> RigAnswers {
        try await ask(.info(status, data), asking)
    }

    /// Gives all rigs a login to an Alyx database. They echo it and do not answer (`protocol/iblutil.md`, I26).
    @discardableResult
    public func alyx(_ login: AlyxLogin, _ asking: Asking = Asking()) async throws -> RigAnswers {
        try await ask(.alyx(login), asking, needsAnswer: false)
    }

    // MARK: - One message to all

    private typealias Outcome = (place: Int, result: Result<RigAnswers.Answer, GatewayError>)

    private func ask(
        _ message: RigMessage,
        _ asking: Asking,
        isReversed: Bool = false,
        needsAnswer: Bool = true
    ) async throws -> RigAnswers {
        let places = isReversed ? Array(rigs.indices.reversed()) : Array(rigs.indices)
        let round = Round(message: message, needsAnswer: needsAnswer, limit: asking.timeLimit, begin: .now)
        late.withLock { $0 = [] }
        let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
            var outcomes: [Outcome] = []
            for place in places {
                let (echoes, echoed) = AsyncStream.makeStream(of: Void.self)
                group.addTask { [self] in (place, try await ask(place, round) { echoed.finish() }) }
                if asking.isOneAfterAnother {
                    if let outcome = try await group.next() { outcomes.append(outcome) }
                } else {
                    _ = try? await within(asking.headStart, GatewayError(.noAnswer, "No echo")) {
                        for await _ in echoes {}
                    }
                }
            }
            while let outcome = try await group.next() { outcomes.append(outcome) }
            return outcomes
        }
        var answers: [RigAnswers.Answer] = []
        var failures: [RigServicesError.Failure] = []
        for place in places {
            switch outcomes.first(where: { $0.place == place })?.result {
            case .success(let answer)?: answers.append(answer)
            case .failure(let reason)?: failures.append(.init(rig: rigs[place].name, reason: reason))
            case nil: break
            }
        }
        guard failures.isEmpty else {
            throw RigServicesError(event: message.event, failures: failures, answers: RigAnswers(answers))
        }
        return RigAnswers(answers)
    }

    /// What all rigs are asked, since when, and until when.
    private struct Round: Sendable {
        let message: RigMessage
        let needsAnswer: Bool
        let limit: Duration?
        let begin: ContinuousClock.Instant

        var time: Duration { .now - begin }

        /// What `body` returns within what is left of the time.
        func inTime<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
            let error = GatewayError(.noAnswer, "The rig echoed, and did not answer within \(limit ?? .zero)")
            return try await within(limit.map { max($0 - time, .zero) }, error, body)
        }
    }

    /// Asks one rig. Fails only where the task is cancelled; what the rig does wrong is the result.
    private func ask(
        _ place: Int,
        _ round: Round,
        onEcho: @escaping @Sendable () -> Void
    ) async throws -> Result<RigAnswers.Answer, GatewayError> {
        let rig = rigs[place].name
        let event = round.message.event
        func tell(_ step: RigProgress.Step) {
            self.tell(RigProgress(rig: rig, event: event, step: step, time: round.time))
        }
        defer { onEcho() }
        tell(.asked)
        let communicator = communicators[place]
        var late = LateAnswer(
            rig: rig,
            event: event,
            begin: round.begin,
            messages: communicator.messages([event, .error], capacity: 16)
        )
        do {
            let answers = communicator.messages([event, .error], capacity: 16)
            // Not cut short by the time limit: a rig whose turn comes when the time is over is told all the same.
            try await communicator.send(round.message)
            // In this order: that the next one is asked is told after this.
            tell(.told)
            onEcho()
            late.hasEchoed = true
            let data =
                round.needsAnswer ? try await round.inTime { try await Self.answer(to: event, among: answers) } : []
            tell(.answered(data))
            return .success(RigAnswers.Answer(rig: rig, data: data, time: round.time))
        } catch let error as GatewayError {
            if round.needsAnswer, error.code == .noAnswer { self.late.withLock { [late] in $0.append(late) } }
            tell(.failed(error))
            return .failure(error)
        }
    }

    /// The first message of the same event, or the report that it failed.
    static func answer(to event: ExpMessage, among messages: AsyncStream<RigEvent>) async throws -> [JSONValue] {
        for await arrived in messages {
            let message = arrived.message
            if message.event == event { return message.elements }
            guard let failure = message.failure, failure.event == event || failure.event == nil else { continue }
            throw GatewayError(.failed, "The rig reports: \(failure.text)")
        }
        try Task.checkCancellation()
        throw GatewayError(.notConnected, "The connection to the rig is gone")
    }
}
