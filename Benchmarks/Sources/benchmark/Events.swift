import Foundation
import ZeroMQ

/// What events cost their sender, and how many arrive.
struct EventMeasurements {
    let tools: Tools

    func run() throws -> [Figure] {
        var figures = try costs()
        for sample in ["small", "status", "bytes"] {
            for subscribers in [1, 10] { figures.append(try delivered(sample, to: subscribers)) }
        }
        return figures
    }

    // MARK: - The call

    private func costs() throws -> [Figure] {
        let count = tools.isQuick ? 50_000 : 500_000
        var figures: [Figure] = []
        for sample in ["small", "status", "bytes"] {
            var ours: [[String: Any]] = []
            var bare: [[String: Any]] = []
            let size = try size(of: sample)
            for _ in 0..<tools.rounds {
                ours.append(try cost(sample, count, threads: 1))
                bare.append(try tools.bare("cost", String(size), String(count)).answer())
            }
            for quantile in quantiles {
                var figure = Figure(
                    name: "call.\(sample)",
                    part: quantile.part,
                    what: "\(Self.calls[sample] ?? sample), cost of the call, nobody subscribes, \(quantile.name)",
                    unit: "ns",
                    ours: median(ours.map { $0.number(quantile.key) }),
                    libzmq: median(bare.map { $0.number(quantile.key) })
                )
                if sample == "small" { figure.target = ["p50": .atMost(1000), "p99": .atMost(10_000)][quantile.key] }
                figures.append(figure)
            }
        }
        figures.append(try besideAStalledSubscriber(count))
        let threads = try (0..<3).map { _ in try cost("small", count / 4, threads: 4) }
        figures += quantiles.map { quantile in
            Figure(
                name: "call.fourThreads",
                part: quantile.part,
                what: "sendEvent(trialStarted) from four threads at once, \(quantile.name) of the slowest",
                unit: "ns",
                ours: median(threads.map { $0.number(quantile.key) })
            )
        }
        #if os(Linux)
            figures += try ["small", "status", "bytes"].map(allocations)
        #endif
        return figures
    }

    private static let calls = [
        "small": "sendEvent(trialStarted)", "status": "sendEvent(systemStatus)", "bytes": "send(bytes)",
    ]

    /// What each call allocates, libzmq's own allocation of the message included.
    private func allocations(_ sample: String) throws -> Figure {
        let ours = try tools.counted("ours", "allocations", sample, "10000").answer()
        let bare = try tools.counted("bare", "allocations", String(size(of: sample)), "10000").answer()
        return Figure(
            name: "allocations.\(sample)",
            what: "\(Self.calls[sample] ?? sample), allocations a call",
            unit: "",
            ours: ours.number("each"),
            libzmq: bare.number("each"),
            // The service's own threads may allocate something now and then; a call may not.
            target: .ratioAtMost(1.01),
            tolerance: 1
        )
    }

    private func cost(_ sample: String, _ count: Int, threads: Int, attach: (String) throws -> Socket? = { _ in nil })
        throws
        -> [String: Any]
    {
        let peer = try tools.ours("cost", sample, String(count), String(threads))
        let endpoint = try peer.text("subscriber", in: peer.answer())
        let attached = try attach(endpoint)
        defer { attached?.close() }
        try peer.say("go")
        return try peer.answer()
    }

    /// A subscriber that reads nothing: its queues fill, and then it costs nothing any more.
    private func besideAStalledSubscriber(_ count: Int) throws -> Figure {
        var with: [Double] = []
        var without: [Double] = []
        for _ in 0..<tools.rounds {
            without.append(try cost("small", count, threads: 1).number("p99"))
            with.append(
                try cost("small", count, threads: 1) { endpoint in
                    let socket = try Context.shared.socket(.sub)
                    try socket.set(.receiveHighWaterMark, to: 1)
                    try socket.subscribe()
                    let monitor = try SocketMonitor(socket)
                    try socket.connect(endpoint)
                    while try monitor.receive().kind != .handshakeSucceeded {}
                    monitor.close()
                    return socket
                }.number("p99")
            )
        }
        return Figure(
            name: "call.stalledSubscriber",
            what: "sendEvent(trialStarted), p99 with a subscriber that never reads, to that without",
            unit: "x",
            ours: median(with) / median(without),
            target: .atMost(1.5)
        )
    }

    private func size(of sample: String) throws -> Int {
        let process = Process()
        let output = Pipe()
        process.executableURL = tools.folder.appending(path: "ours")
        process.arguments = ["size", sample]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard let size = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Failure("no size: \(text)")
        }
        return size
    }

    // MARK: - What arrives

    private func delivered(_ sample: String, to subscribers: Int) throws -> Figure {
        let size = try size(of: sample)
        let seconds = tools.seconds
        var ours: [Double] = []
        var bare: [Double] = []
        for _ in 0..<tools.rounds {
            ours.append(try rate(subscribers, seconds) { try tools.ours("publish", sample, String(seconds + 1)) })
            bare.append(try rate(subscribers, seconds) { try tools.bare("publish", String(size), String(seconds + 1)) })
        }
        var figure = Figure(
            name: "delivered.\(sample).to\(subscribers)",
            what: "\(Self.calls[sample] ?? sample), delivered to \(subscribers)",
            unit: "/s",
            ours: median(ours),
            libzmq: median(bare)
        )
        if subscribers == 1, sample != "status" { figure.target = .ratioAtLeast(sample == "bytes" ? 0.9 : 0.8) }
        if subscribers == 1, sample == "small" {
            figure.python = try rate(1, seconds) {
                try tools.python("Benchmarks/python_publish.py", String(seconds + 1))
            }
        }
        return figure
    }

    /// Messages a second, all subscribers together.
    private func rate(_ count: Int, _ seconds: Double, _ start: () throws -> Peer) throws -> Double {
        let publisher = try start()
        defer { publisher.end() }
        let endpoint = try publisher.text("subscriber", in: publisher.answer())
        let subscribers = try (0..<count).map { _ in try tools.bare("subscribe", endpoint, String(seconds)) }
        for subscriber in subscribers { _ = try subscriber.answer() }
        // Connecting takes a moment that nobody announces; the clock starts at the first message.
        Thread.sleep(forTimeInterval: 0.2)
        try publisher.say("go")
        let rates = try subscribers.map { subscriber in
            let answer = try subscriber.answer()
            return answer.number("received") / answer.number("seconds")
        }
        return rates.reduce(0, +)
    }
}
