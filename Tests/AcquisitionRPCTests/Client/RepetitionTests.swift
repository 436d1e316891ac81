import TestSupport
import Testing

@testable import AcquisitionRPC

/// When a command may be given again.
struct RepetitionTests {
    private let start = ContinuousClock.now
    private let old = 1
    private let new = 2

    private func peer(_ change: (inout Repetition.Peer) -> Void = { _ in }) -> Repetition.Peer {
        var peer = Repetition.Peer(
            connection: 1,
            provenEpoch: old,
            presentEpoch: old,
            memory: Repetition.Peer.Memory(epoch: old, window: .seconds(100)),
            deliveryTime: .seconds(5)
        )
        change(&peer)
        return peer
    }

    private func decide(
        epoch: Int?,
        after time: Duration = .seconds(1),
        _ change: (inout Repetition.Peer) -> Void = { _ in }
    ) -> Repetition.Decision {
        Repetition(firstSent: start, connection: 1, epoch: epoch).decide(peer(change), now: start + time)
    }

    /// The end of the window, less what is on the way, less what a clock may run fast.
    private var deadline: ContinuousClock.Instant { start + .seconds(94) }

    @Test func onItsOwnConnectionItIsGivenAgainUntilTheWindowMayBeOver() {
        for epoch in [nil, old] {
            #expect(decide(epoch: epoch) == .again(before: deadline))
            #expect(decide(epoch: epoch, after: .milliseconds(93_999)) == .again(before: deadline))
            #expect(decide(epoch: epoch, after: .seconds(94)) == .never(.windowOver))
            #expect(decide(epoch: epoch, after: .seconds(1_000_000)) == .never(.windowOver))
        }
    }

    @Test func aWindowThatIsShorterThanTheWayIsNone() {
        for window: Duration in [.milliseconds(1), .seconds(2), .seconds(3), .seconds(5)] {
            #expect(decide(epoch: old, after: .zero) { $0.memory?.window = window } == .never(.windowOver))
        }
        for window: Duration? in [nil, .zero, .seconds(-1), .seconds(Int64.min)] {
            #expect(decide(epoch: old) { $0.memory?.window = window } == .never(.notRemembered))
        }
        let endless = decide(epoch: old, after: .seconds(1_000_000)) { $0.memory?.window = .seconds(Int64.max) }
        guard case .again = endless else {
            Issue.record("\(endless)")
            return
        }
    }

    @Test func onAnotherConnectionTheStartHasToBeTheSame() {
        #expect(decide(epoch: old) { $0.connection = 2 } == .again(before: deadline))
        #expect(decide(epoch: nil) { $0.connection = 2 } == .never(.unknownStart))
        let restarted: (inout Repetition.Peer) -> Void = { peer in
            peer.connection = 2
            peer.presentEpoch = 2
            peer.provenEpoch = 2
            peer.memory?.epoch = 2
        }
        #expect(decide(epoch: old, restarted) == .never(.restarted))
        #expect(decide(epoch: nil, restarted) == .never(.unknownStart))
        #expect(decide(epoch: new, restarted) == .again(before: deadline))
    }

    @Test func whatIsNotCertainIsWaitedFor() {
        #expect(decide(epoch: old) { $0.memory = nil } == .wait, "no heartbeat")
        #expect(decide(epoch: old) { $0.connection = nil } == .wait)
        #expect(decide(epoch: old) { $0.provenEpoch = nil } == .wait)
        // The heartbeat is another start's, whose window says nothing.
        #expect(decide(epoch: old) { $0.memory?.epoch = 2 } == .wait)
        #expect(decide(epoch: old) { $0.memory?.epoch = nil } == .wait, "a service that names no epoch")
        // A restart was heard of; the connection is still the old one.
        let noticed: (inout Repetition.Peer) -> Void = { peer in
            peer.connection = 2
            peer.provenEpoch = nil
            peer.presentEpoch = 2
        }
        #expect(decide(epoch: old, noticed) == .never(.restarted))
    }

    @Test func oneAnswerTellsWhereAConnectionEnds() {
        var connection = CommandConnection()
        #expect(connection.number == 0 && !connection.isUp && connection.epoch == nil)
        let early = connection.ask(1)
        #expect(!early, "there is nobody to ask")
        connection.connected()
        let (first, second) = (connection.ask(1), connection.ask(2))
        #expect(first && !second && connection.isQuestion(1) && !connection.isQuestion(2))
        let other = connection.heard(7, on: 0)
        #expect(!other && connection.epoch == nil, "an answer on another connection")
        let isNew = connection.heard(7, on: 1)
        let isNewAgain = connection.heard(7, on: 1)
        #expect(isNew && !isNewAgain && connection.epoch == 7)
        _ = connection.heard(8, on: 1)
        #expect(connection.epoch == nil, "something passes requests on to several")
        _ = connection.heard(7, on: 1)
        #expect(connection.epoch == nil)
        connection.lost()
        connection.connected()
        _ = connection.heard(8, on: 2)
        #expect(connection.number == 2 && connection.epoch == 8)
    }

    /// A service that is restarted, a network that loses, delays and cuts, and heartbeats that come late: a command runs
    /// once, whatever happens, and often it is given again.
    @Test func nothingRunsTwiceWhateverHappens() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        var repetitions = 0
        for _ in 0..<20_000 {
            var world = World(&generator)
            while world.step(&generator) {}
            repetitions += world.repetitions
            guard world.runs <= 1 else {
                Issue.record("ran \(world.runs) times with seed \(seed)")
                return
            }
        }
        #expect(repetitions > 1000, "seed \(seed)")
    }
}

/// A client with one command, a service and what is between them, by an artificial clock of one tick a second.
private struct World {
    private static let deliveryTime = 5
    private let start = ContinuousClock.now
    private var time = 0
    // The service.
    private var epoch = 100
    /// For how long this start remembers commands; 0 where it does not.
    private var window: Int
    /// Until when the present start remembers the command.
    private var remembersUntil: Int?
    private(set) var runs = 0
    // The network: what arrives when, of which requests and proofs die with their connection.
    private var requests: [(at: Int, connection: Int)] = []
    private var proofs: [(at: Int, connection: Int, epoch: Int)] = []
    private var heartbeats: [(at: Int, epoch: Int, window: Int)] = []
    // The client.
    private var connection = CommandConnection()
    private var epochs = ServiceEpochs()
    private var memory: Repetition.Peer.Memory?
    private var command: Repetition?
    private(set) var repetitions = 0

    init(_ generator: inout SeededGenerator) { window = .random(in: 0...40, using: &generator) }

    private var now: ContinuousClock.Instant { start + .seconds(time) }

    private func delay(atMost limit: Int, _ generator: inout SeededGenerator) -> Int {
        time + .random(in: 0...limit, using: &generator)
    }

    mutating func step(_ generator: inout SeededGenerator) -> Bool {
        time += 1
        // The epoch is a time of a clock that may be set back.
        switch Int.random(in: 0..<12, using: &generator) {
        case 0:
            epoch += Bool.random(using: &generator) ? 1_000 - time : -1_000 - time
            remembersUntil = nil
            window = .random(in: 0...40, using: &generator)
            cut()
        case 1: cut()
        case 2...5: heartbeats.append((delay(atMost: 8, &generator), epoch, window))
        case 6 where connection.isUp: proofs.append((delay(atMost: 3, &generator), connection.number, epoch))
        default: break
        }
        if !connection.isUp, Bool.random(using: &generator) { connection.connected() }
        receive()
        give(&generator)
        return time < 60
    }

    private mutating func cut() {
        connection.lost()
        // Replies that have arrived are read before the next connection begins; nothing else of the old one arrives.
        requests = []
        proofs = []
    }

    private mutating func receive() {
        for heartbeat in heartbeats where heartbeat.at <= time {
            if epochs.heard(heartbeat: heartbeat.epoch, connections: connection.number) == .late { continue }
            memory = Repetition.Peer.Memory(epoch: heartbeat.epoch, window: .seconds(heartbeat.window))
        }
        heartbeats.removeAll { $0.at <= time }
        for proof in proofs where proof.at <= time {
            if connection.heard(proof.epoch, on: proof.connection), command?.connection == proof.connection {
                command?.epoch = proof.epoch
            }
            _ = epochs.heard(reply: proof.epoch, on: proof.connection)
        }
        proofs.removeAll { $0.at <= time }
        for request in requests where request.at <= time {
            if let remembersUntil, time <= remembersUntil { continue }
            runs += 1
            remembersUntil = window > 0 ? time + window : nil
        }
        requests.removeAll { $0.at <= time }
    }

    private mutating func give(_ generator: inout SeededGenerator) {
        guard connection.isUp else { return }
        let arrival = delay(atMost: Self.deliveryTime, &generator)
        guard let command else {
            if Int.random(in: 0..<6, using: &generator) == 0 {
                command = Repetition(firstSent: now, connection: connection.number, epoch: epochs.present)
                requests.append((arrival, connection.number))
            }
            return
        }
        let peer = Repetition.Peer(
            connection: connection.number,
            provenEpoch: connection.epoch,
            presentEpoch: epochs.present,
            memory: memory,
            deliveryTime: .seconds(Self.deliveryTime)
        )
        guard case .again = command.decide(peer, now: now) else { return }
        repetitions += 1
        requests.append((max(arrival, requests.map(\.at).max() ?? 0), connection.number))
    }
}
