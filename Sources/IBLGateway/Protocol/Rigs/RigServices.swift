import AcquisitionRPC
public import GatewayCore
public import Logging
import Synchronization

/// Many rigs as one: what is asked goes to all of them, and the answers come back by name.
///
/// ```swift
/// let rigs = try RigServices([Rig("bpod", at: try RigURI("udp://192.168.0.4"))], logger: logger)
/// try await rigs.whileRunning {
///     let answers = try await rigs.start(try ExperimentReference("2026-01-01_1_mouse"))
///     print(answers["bpod"]?.data ?? [])
/// }
/// ```
///
/// A rig has answered when it has echoed the message and then sent one of the same event by itself
/// (`protocol/iblutil.md`, I22). **All rigs are told, whatever one of them does**: one that gives no echo, or reports an
/// error, or does not answer in time, keeps nobody in the dark. The error comes at the end, and names each rig that failed
/// and why, beside the answers of the others. (The original stops at the first rig without an echo and leaves the rest
/// untold, I24.)
///
/// A rig that answers when nobody is there any more hears no echo, and the original closes for good (I12):
/// ``waitForLateAnswers(within:onAnswer:)`` stays for those that are late.
public final class RigServices: Sendable {
    /// The rigs, in the order in which they are told; for stop and cleanup it is the reverse one (I22).
    public let rigs: [Rig]
    let communicators: [Communicator]
    /// What may still come of rigs that were given up.
    let late = Mutex<[LateAnswer]>([])
    private let logger: Logger
    private let observers = Mutex<[Int: AsyncStream<RigProgress>.Continuation]>([:])
    private let lastObserver = Mutex(0)

    /// Rigs that are not connected yet.
    ///
    /// - Throws: `GatewayError` of the code `badValue` where there is none, or two have the same name.
    public init(
        _ rigs: [Rig],
        settings: ConversationSettings = ConversationSettings(),
        logger: Logger
    ) throws(GatewayError) {
        guard !rigs.isEmpty else { throw GatewayError(.badValue, "There is no rig") }
        let names = Dictionary(grouping: rigs, by: \.name)
        if let twice = rigs.first(where: { (names[$0.name]?.count ?? 0) > 1 }) {
            throw GatewayError(.badValue, "Two rigs are called '\(twice.name)'")
        }
        self.rigs = rigs
        self.logger = logger.safe
        communicators = rigs.map { rig in
            var logger = logger
            logger[metadataKey: "rig"] = "\(rig.name)"
            return Communicator(.client, at: rig.uri, settings: settings, logger: logger)
        }
    }

    /// The communicator of a rig: to hear what it says by itself, or to talk to it alone.
    public subscript(_ name: String) -> Communicator? {
        rigs.firstIndex { $0.name == name }.map { communicators[$0] }
    }

    /// Connects to all rigs and keeps the connections while `body` runs. To be called once.
    ///
    /// A rig that cannot be reached is no error here: whatever it is asked fails with the reason.
    ///
    /// - Throws: what `body` throws.
    @discardableResult
    public func whileRunning<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws
        -> Value
    {
        let (settled, settle) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            for (place, communicator) in communicators.enumerated() {
                group.addTask { [logger] in
                    do {
                        try await communicator.run { _ in settle.yield(place) }
                    } catch {
                        logger.error("A rig cannot be talked to", metadata: ["reason": "\(error)"])
                    }
                    settle.yield(place)
                    return nil
                }
            }
            group.addTask { [count = communicators.count] in
                var places: Set<Int> = []
                for await place in settled where places.insert(place).inserted && places.count == count { break }
                try Task.checkCancellation()
                return try await body()
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    // MARK: - Progress

    /// Every step of every rig from now on, until the reader stops or the rigs are gone. Of a reader that is slower than
    /// 1024 steps, the oldest are dropped.
    public func progress() -> AsyncStream<RigProgress> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: RigProgress.self,
            bufferingPolicy: .bufferingNewest(1024)
        )
        let id = lastObserver.withLock { last in
            last += 1
            return last
        }
        continuation.onTermination = { [weak self] _ in self?.observers.withLock { _ = $0.removeValue(forKey: id) } }
        observers.withLock { $0[id] = continuation }
        return stream
    }

    func tell(_ progress: RigProgress) {
        for observer in observers.withLock({ Array($0.values) }) { observer.yield(progress) }
    }

    deinit {
        for observer in observers.withLock({ Array($0.values) }) { observer.finish() }
    }
}
