import AcquisitionModel
import AcquisitionRPC
import Dispatch
import Logging
import Synchronization
import TestSupport
import Testing
import ZeroMQ

@testable import AcquisitionZeroMQ

/// A system that has no threads to give while handlers block.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct ThreadShortageTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// The hand-over is tried again for as long as somebody waits.
    @Test func aLoopWithoutThreadsIsNotDeafForGood() async throws {
        #expect(bench.loop.start())
        try bench.ask(.getStatus, 1)
        #expect(await bench.answer() == 1)
        bench.mayMake.withLock { $0 = false }
        // The first takes the leading thread, the second what was kept.
        for nonce in [10, 11] { try bench.ask(.emergencyStop, nonce) }
        #expect(await bench.becomesBlocked(2))
        try bench.ask(.emergencyStop, 2)
        // As long as it takes until nobody would try any more who gives up.
        let end = ContinuousClock.now + .milliseconds(300)
        var next: ContinuousClock.Instant?
        while .now < end {
            next = bench.tick()
            #expect(next != nil, "it wants to be called again")
        }
        #expect(await bench.answer(within: .zero) == nil)
        bench.mayMake.withLock { $0 = true }
        #expect(await bench.becomesAnswered(2))
        #expect(await becomes { bench.tick() == nil }, "nothing to look after any more")
        bench.open(2)
        #expect(Set([await bench.answer(), await bench.answer()]) == [10, 11])
        await onAThread { bench.loop.stop(linger: .zero) }
    }

    /// A thread is kept for them, whatever blocks.
    @Test func emergencyStopsGetThroughAndOthersWaitAndAreRefused() async throws {
        #expect(bench.loop.start())
        bench.mayMake.withLock { $0 = false }
        try bench.ask(.getAnimals, 10)
        #expect(await bench.becomesBlocked(1))
        let start = ContinuousClock.now
        try bench.ask(.getStatus, 2)
        try bench.ask(.getConfiguration, 3)
        try bench.ask(.none, 4)
        try bench.ask(.emergencyStop, 5)
        for expected in [4, 5] {
            #expect(await bench.becomesAnswered(expected), "passes those that wait")
        }
        #expect(.now - start < .milliseconds(900))
        #expect(bench.crowded.withLock { $0 } == [4, 5], "the service itself looks which it may carry out")
        for expected in [2, 3] { #expect(await bench.becomesAnswered(expected)) }
        #expect(.now - start >= .milliseconds(900), "they waited for the other one to come back")
        #expect(bench.crowded.withLock { $0 } == [4, 5, 2, 3])
        // Once it is back, all is well, though the system still has none to give.
        bench.open(1)
        #expect(await bench.becomesAnswered(10))
        try bench.ask(.getStatus, 6)
        #expect(await bench.becomesAnswered(6))
        #expect(bench.crowded.withLock { $0.count } == 4)
        await onAThread { bench.loop.stop(linger: .zero) }
    }

    @Test func whatWaitsRunsWhenAThreadComesBack() async throws {
        #expect(bench.loop.start())
        bench.mayMake.withLock { $0 = false }
        try bench.ask(.getAnimals, 10)
        #expect(await bench.becomesBlocked(1))
        for nonce in 1...5 { try bench.ask(.getStatus, nonce) }
        try bench.ask(.none, 6)
        #expect(await bench.becomesAnswered(6))
        bench.open(1)
        var answers: [Int?] = []
        for _ in 0..<6 { answers.append(await bench.answer()) }
        #expect(answers.compactMap { $0 }.filter { $0 != 10 } == [1, 2, 3, 4, 5], "in their order")
        #expect(answers.contains(10))
        #expect(bench.crowded.withLock { $0 } == [6])
        await onAThread { bench.loop.stop(linger: .zero) }
    }

    /// What asks who the sender is may hang: a file system that does not answer.
    @Test func aSenderThatIsLookedUpForTooLongHoldsUpNobody() async throws {
        let bench = try Bench(isLookUpSlow: true)
        #expect(bench.loop.start())
        try bench.ask(.getStatus, 1)
        try bench.ask(.getStatus, 2)
        #expect(await bench.becomesAnswered(2))
        bench.open(1)
        #expect(await bench.answer() == 1)
        await onAThread { bench.loop.stop(linger: .zero) }
    }

    @Test func aStopWaitsForNothingThatHangs() async throws {
        #expect(bench.loop.start())
        try bench.ask(.getAnimals, 10)
        #expect(await bench.becomesBlocked(1))
        let duration = await onAThread { ContinuousClock().measure { bench.loop.stop(linger: .zero) } }
        #expect(duration < .seconds(1))
        bench.open(1)
    }
}

/// A loop with a client, whose handler answers with the nonce, and blocks for emergency stops from the nonce 10 on and
/// for the command getAnimals.
private final class Bench: Sendable {
    let loop: CommandLoop
    let mayMake = Mutex(true)
    let blocked = Atomic(0)
    let crowded = Mutex<[Int]>([])
    private let context: Context
    private let dealer: Socket
    private let gate = DispatchSemaphore(value: 0)
    private let link = Link()

    init(isLookUpSlow: Bool = false) throws {
        context = try Context()
        let router = try context.socket(.router)
        try router.bind("tcp://127.0.0.1:*")
        loop = try CommandLoop(
            router: router,
            handler: { [link] request in link.bench?.handle(request) },
            sender: { [gate, isFirst = Flag(isLookUpSlow)] in
                if isFirst.take() { gate.wait() }
                return CommandLoop.anybody($0)
            },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            threads: DelegateThreads("test") { [link] name, body in
                link.bench?.mayMake.withLock { $0 } != false && Worker.start(name, body)
            }
        )
        dealer = try context.socket(.dealer)
        try dealer.set(.receiveTimeout, to: .seconds(10))
        try dealer.connect(try router.lastEndpoint)
        link.set(self)
    }

    private func handle(_ request: IncomingRequest) -> [UInt8]? {
        guard let frame = request.frames.first, let command = try? ApiCommandRequest(bytes: frame) else { return nil }
        let nonce = command.nonce.int ?? -1
        if request.isCrowded { crowded.withLock { $0.append(nonce) } }
        let isUrgent = command.command == .emergencyStop
        // As the service does, it carries out nothing else.
        if !request.isCrowded || isUrgent, isUrgent ? nonce >= 10 : command.command == .getAnimals {
            blocked.add(1, ordering: .relaxed)
            gate.wait()
        }
        return Array("\(nonce)".utf8)
    }

    @discardableResult
    func tick() -> ContinuousClock.Instant? { loop.relieve() }

    func ask(_ command: ApiCommand, _ nonce: Int) throws {
        let request = try ApiCommandRequest(command, nonce: JSONValue(nonce)).encoded()
        try dealer.send(Message(frames: [[], request]))
    }

    /// The nonce of the next answer.
    func answer(within limit: Duration = .seconds(10)) async -> Int? {
        let deadline = ContinuousClock.now + limit
        repeat {
            if let message = try? dealer.tryReceive() {
                return message.frames.last.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
            }
            await Task.yield()
        } while .now < deadline
        return nil
    }

    /// Whether so many handlers become blocked, with the clock going.
    func becomesBlocked(_ count: Int) async -> Bool {
        await becomes {
            tick()
            return blocked.load(ordering: .relaxed) == count
        }
    }

    /// Whether this is the next answer, with the clock going.
    func becomesAnswered(_ nonce: Int) async -> Bool {
        await becomes {
            tick()
            return await answer(within: .milliseconds(1)) == nonce
        }
    }

    func open(_ count: Int) { for _ in 0..<count { gate.signal() } }
}

private final class Flag: Sendable {
    private let isSet: Mutex<Bool>

    init(_ isSet: Bool) { self.isSet = Mutex(isSet) }

    func take() -> Bool {
        isSet.withLock { isSet in
            defer { isSet = false }
            return isSet
        }
    }
}

private final class Link: Sendable {
    private struct Weak { weak var bench: Bench? }

    private let weak = Mutex(Weak())

    var bench: Bench? { weak.withLock { $0.bench } }

    func set(_ bench: Bench) { weak.withLock { $0.bench = bench } }
}
