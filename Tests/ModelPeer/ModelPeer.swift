import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import TestSupport

/// A service and its clients in one process, driven at random through everything that can happen to them, and held against what the
/// documentation promises.
///
///     model-peer [--seconds N] [--seed N] [--slowdown N]
///
/// Restarts, connections that are cut and held up, commands of every kind given again, stops in the middle, threads that the system
/// does not give and a system clock that is set: the last two with Tests/Peers/system.c loaded, which reads the files that
/// FAKE_CLOCK and FAKE_THREADS name. Prints a line of JSON a second, the seed in each; the first promise that is broken ends
/// it with status 1.
@main
enum ModelPeer {
    static func main() async throws {
        #if os(Linux)
            let arguments = Array(CommandLine.arguments.dropFirst())
            func value(_ name: String) -> String? {
                arguments.firstIndex(of: name).flatMap { arguments.dropFirst($0 + 1).first }
            }
            let seconds = value("--seconds").flatMap(Int.init) ?? 10
            let seed = value("--seed").flatMap(UInt64.init) ?? .random(in: 0...UInt64(Int.max))
            let slowdown = value("--slowdown").flatMap(Int.init) ?? 1
            try await Model(seed: seed, slowdown: slowdown).run(for: .seconds(seconds))
        #endif
    }
}

#if os(Linux)
    /// What drives everything.
    struct Model {
        let seed: UInt64
        let slowdown: Int
        private let ledger: Ledger
        private let rig: Rig
        private let commands: Proxy
        private let events: Proxy
        private static let clients = 5
        private static let clientsWithin = 2

        init(seed: UInt64, slowdown: Int) throws {
            (self.seed, self.slowdown) = (seed, slowdown)
            ledger = Ledger(seed: seed, slowdown: slowdown)
            let ports = try (Self.freePort(), Self.freePort())
            rig = Rig(ledger: ledger, ports: (ports.0, ports.1), slowdown: slowdown)
            events = try Proxy(to: ports.0)
            commands = try Proxy(to: ports.1)
        }

        func run(for duration: Duration) async throws {
            try rig.start()
            let end = ContinuousClock.now + duration
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<Self.clients + Self.clientsWithin {
                    let visitor = visitor(isWithin: index >= Self.clients)
                    group.addTask { try await visitor.run(seed: seed &+ UInt64(index) &+ 1, until: end) }
                }
                for _ in 0..<2 { group.addTask { await publish(until: end) } }
                group.addTask { await report(until: end) }
                try await harm(until: end)
                try await group.waitForAll()
            }
            await withCheckedContinuation { continuation in
                if !Worker.start(
                    "stop",
                    { [rig] in
                        rig.stop()
                        continuation.resume()
                    }
                ) {
                    ledger.broken("the system has threads again")
                }
            }
            say("end")
        }

        private func visitor(isWithin: Bool) -> Visitor {
            Visitor(
                ledger: ledger,
                make: { [rig, commands, events] options in
                    if isWithin { return try RpcClient(transport: rig.inside.connect(), options: options) }
                    return try createApiClient(
                        command: "tcp://127.0.0.1:\(commands.port)",
                        subscriber: "tcp://127.0.0.1:\(events.port)",
                        options: options
                    )
                },
                slowdown: slowdown
            )
        }

        private func publish(until end: ContinuousClock.Instant) async {
            while ContinuousClock.now < end {
                for _ in 0..<20 { try? rig.service?.sendEvent(.tunnelEnter) }
                try? await Task.sleep(for: .milliseconds(10))
            }
        }

        /// Does one harmful thing after another, on a thread of its own: the pool of those that run tasks may have none while
        /// the system gives none.
        private func harm(until end: ContinuousClock.Instant) async throws {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let isStarted = Worker.start("harm") {
                    continuation.resume(with: Result { try self.harmBlocking(until: end) })
                }
                if !isStarted { ledger.broken("the system has threads to begin with") }
            }
        }

        private func harmBlocking(until end: ContinuousClock.Instant) throws {
            var random = SeededGenerator(seed: seed)
            // Everything once, and then as it comes.
            var kinds = Array(0..<13).shuffled(using: &random)
            while ContinuousClock.now < end {
                block(.milliseconds(Int.random(in: 20...400, using: &random)))
                let proxy = Bool.random(using: &random) ? commands : events
                switch kinds.popLast() ?? Int.random(in: 0..<13, using: &random) {
                case 0..<4: proxy.cut()
                case 4..<7: proxy.hold(for: .milliseconds(Int.random(in: 50...2_500, using: &random)))
                case 12:
                    // Nothing else happens meanwhile: what is held arrives, when its client has given it up.
                    let time = Duration.milliseconds(Int.random(in: 1_000...2_500, using: &random))
                    commands.hold(for: time)
                    block(time)
                    ledger.count("freezes")
                case 7:
                    rig.stop()
                    if Bool.random(using: &random) { block(.milliseconds(Int.random(in: 0...1_500, using: &random))) }
                    try rig.start()
                case 8, 9:
                    let seconds = [-7_200, -1_800, 0, 1_800, 10_800].randomElement(using: &random) ?? 0
                    write("\(seconds)", to: "FAKE_CLOCK")
                    ledger.count("clock steps")
                default:
                    write("0", to: "FAKE_THREADS")
                    ledger.count("shortages of threads")
                    block(.milliseconds(Int.random(in: 50...1_500, using: &random)))
                    write("1", to: "FAKE_THREADS")
                }
            }
            write("1", to: "FAKE_THREADS")
            write("0", to: "FAKE_CLOCK")
        }

        private func write(_ text: String, to variable: String) {
            guard let path = ProcessInfo.processInfo.environment[variable] else { return }
            try? text.write(toFile: path, atomically: true, encoding: .utf8)
        }

        private func report(until end: ContinuousClock.Instant) async {
            while ContinuousClock.now < end {
                try? await Task.sleep(for: .seconds(1))
                say("runs")
            }
        }

        private func say(_ what: String) {
            let resources = ProcessResources(of: ProcessInfo.processInfo.processIdentifier)
            let counts = ledger.counts.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) }
            let line: JSONValue = .object([
                ("what", .string(what)), ("seed", .string("\(seed)")),
                ("memory", JSONValue(resources?.memory ?? 0)), ("threads", JSONValue(resources?.threads ?? 0)),
                ("descriptors", JSONValue(resources?.descriptors ?? 0)), ("counts", .object(counts)),
            ])
            FileHandle.standardOutput.write(Data("\(line)\n".utf8))
        }

        /// A port that is free now, and not one of those that the system gives away by itself.
        private static func freePort() throws -> UInt16 {
            for _ in 0..<100 {
                let port = UInt16.random(in: 20_000..<32_000)
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                defer { close(descriptor) }
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_port = port.bigEndian
                let isFree = withUnsafePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                    }
                }
                if isFree { return port }
            }
            throw POSIXError(.EADDRINUSE)
        }
    }
#endif
