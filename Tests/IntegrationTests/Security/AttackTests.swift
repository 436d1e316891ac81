import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import Synchronization
import TestSupport
import Testing
import ZeroMQ

/// Many strangers at both ports of a service that works on beside them. A hundred thousand with `Scripts/attack`.
@Suite(.timeLimit(.minutes(10)), .enabled(if: Library.has("curve")))
struct AttackTests {
    private static let attempts =
        ProcessInfo.processInfo.environment["ACQUISITION_ATTACK_ATTEMPTS"].flatMap { Int($0) }
        ?? Heavy.count(100_000, short: 1_000)
    private static let attackers = 4

    @Test func strangersGiveNoCommandAndHearNoEvent() async throws {
        let secure = try SecureBench()
        let service = secure.bench.service
        // A key that was good until a moment ago.
        let revoked = try secure.own.generate("revoked")
        try secure.keys.authorize(revoked, user: "revoked", role: .operator)
        let revokedPair = try #require(try revoked.pair)
        #expect(try await secure.peer(revokedPair).give(.getStatus).result == .success)
        try secure.keys.revoke("revoked")

        let friend = try secure.peer(secure.pair(.operator))
        let listener = try secure.bench.socket(.sub)
        try secure.equip(listener, secure.pair(.observer))
        try listener.subscribe([])
        try listener.connect(try #require(service.endpoints?.subscriber.first))
        let start = ContinuousClock.now
        let result = try await withThrowingTaskGroup(of: Attacker.Result.self) { group in
            for number in 0..<Self.attackers {
                let attacker = try Attacker(secure, revoked: revokedPair)
                let share = Self.attempts / Self.attackers + (number < Self.attempts % Self.attackers ? 1 : 0)
                group.addTask { try await onThread { try attacker.run(share, from: number) } }
            }
            // Something to hear and to answer, all the time.
            let isOver = Flag()
            let work = Task {
                var commands = 0
                while !isOver.isSet || commands < 10 {
                    try service.sendEvent(.tunnelEnter)
                    guard try await friend.give(.getStatus).result == .success else { break }
                    commands += 1
                }
                return commands
            }
            var all = Attacker.Result()
            for try await result in group { all.add(result) }
            isOver.set()
            let commands = try await work.value
            #expect(secure.commands.all.count == commands + 1, "the friend's and the one before the revocation")
            return all
        }
        let time = ContinuousClock.now - start
        #expect(result.attempts == Self.attempts && result.refused == Self.attempts, "\(result)")
        #expect(result.admitted == 0 && result.received == 0, "\(result)")
        #expect(secure.commands.all.allSatisfy { $0 == .getStatus })
        #expect(try await RawPeer(listener).receive() != nil, "who may hear does")
        // Those without CURVE may be gone before the service has seen that.
        #expect((service.counters[.refusedHandshakes] ?? 0) >= Self.attempts / 4)
        Heavy.report("\(Self.attempts) attempts in \(time): \(result)")
        print("attack: \(Self.attempts) attempts in \(time), \(result)")
        await secure.close()
    }
}

/// One who tries again and again, each time as somebody else, with a new connection.
private final class Attacker: Sendable {
    struct Result: Sendable, CustomStringConvertible {
        var attempts = 0
        var refused = 0
        var admitted = 0
        var received = 0

        mutating func add(_ other: Result) {
            attempts += other.attempts
            refused += other.refused
            admitted += other.admitted
            received += other.received
        }

        var description: String { "\(refused) refused, \(admitted) let in, \(received) messages received" }
    }

    private let secure: SecureBench
    private let revoked: CurveKeyPair
    private let known: CurveKeyPair
    private let context: Context
    private let endpoints: RpcEndpoints

    init(_ secure: SecureBench, revoked: CurveKeyPair) throws {
        self.secure = secure
        self.revoked = revoked
        known = try secure.pair(.operator)
        context = try Context()
        endpoints = try #require(secure.bench.service.endpoints)
    }

    func run(_ count: Int, from first: Int) throws -> Result {
        var result = Result()
        for number in first..<first + count { try attempt(number, &result) }
        context.terminate()
        return result
    }

    private func attempt(_ number: Int, _ result: inout Result) throws {
        result.attempts += 1
        let givesCommand = number / 4 % 2 == 0
        let socket = try context.socket(givesCommand ? .dealer : .sub)
        defer { socket.close() }
        try socket.set(.linger, to: .zero)
        switch number % 4 {
        case 0: try secure.equip(socket, CurveKeyPair())
        case 1: try secure.equip(socket, known, server: CurveKeyPair().publicKey)
        case 2: try secure.equip(socket, revoked)
        default: break
        }
        let monitor = try SocketMonitor(socket)
        defer { monitor.close() }
        try socket.connect(try #require(givesCommand ? endpoints.command.first : endpoints.subscriber.first))
        if givesCommand {
            // Without waiting: where the refusal was quicker, there is nobody left to send to, and never will be.
            _ = try socket.trySend(Message("", #"{"command":120,"nonce":1,"data":{"mode":100}}"#))
        } else {
            try socket.subscribe([])
        }
        var poller = Poller()
        poller.watch(socket)
        poller.watch(monitor)
        let deadline = ContinuousClock.now + RawPeer.patience
        while deadline > .now {
            _ = try poller.poll(timeout: deadline - .now)
            if try socket.tryReceive() != nil { result.received += 1 }
            while let event = try monitor.tryReceive() {
                switch event.kind {
                case .handshakeSucceeded: result.admitted += 1
                case .handshakeFailedAuth, .handshakeFailedProtocol, .handshakeFailedNoDetail:
                    result.refused += 1
                    return
                default: continue
                }
            }
        }
    }
}

private final class Flag: Sendable {
    private let state = Atomic(false)
    var isSet: Bool { state.load(ordering: .acquiring) }
    func set() { state.store(true, ordering: .releasing) }
}
