import GatewayCore
import Synchronization

extension RigServices {
    /// How long a rig that did not even echo is waited for: it may be busy, but more likely it is switched off.
    public static let graceForSilentRigs: Duration = .seconds(5)

    /// The rigs that did not answer the last message in time, and may still do so, in the order in which they failed.
    public var lateRigs: [String] { late.withLock { $0.map(\.rig) } }

    /// Goes on echoing until every rig that was given up for its silence has answered, or for `grace`; for one that did not
    /// even echo, ``graceForSilentRigs`` at most.
    ///
    /// A rig that answers when the connection is gone hears no echo. The original takes that for the end, and closes its
    /// communicator for good (`protocol/iblutil.md`, I12).
    ///
    /// - Parameters:
    ///   - grace: how long to wait.
    ///   - onAnswer: is told of each that came: as `answered`, or as `failed` where the rig reports an error.
    /// - Returns: the rigs that have not answered.
    /// - Throws: what `onAnswer` throws; `CancellationError` where the task is cancelled.
    @discardableResult
    public func waitForLateAnswers(
        within grace: Duration,
        onAnswer: (RigProgress) throws -> Void = { _ in }
    ) async throws -> [String] {
        let waiting = late.withLock { late in
            defer { late = [] }
            return late
        }
        let answered = try await withThrowingTaskGroup(of: RigProgress?.self) { group in
            for late in waiting {
                group.addTask {
                    let limit = late.hasEchoed ? grace : min(grace, Self.graceForSilentRigs)
                    return try await Self.wait(for: late, within: limit).map {
                        RigProgress(rig: late.rig, event: late.event, step: $0, time: .now - late.begin)
                    }
                }
            }
            var answered: Set<String> = []
            for try await progress in group {
                guard let progress else { continue }
                answered.insert(progress.rig)
                try onAnswer(progress)
            }
            return answered
        }
        return waiting.map(\.rig).filter { !answered.contains($0) }
    }

    /// What came of a rig; nil for nothing.
    private static func wait(for late: LateAnswer, within limit: Duration) async throws -> RigProgress.Step? {
        do {
            let error = GatewayError(.noAnswer, "No late answer")
            let data = try await within(limit, error) {
                try await answer(to: late.event, among: late.messages)
            }
            return .answered(data)
        } catch let error as GatewayError {
            // What the rig reports is an answer too.
            return error.code == .failed ? .failed(error) : nil
        }
    }
}
