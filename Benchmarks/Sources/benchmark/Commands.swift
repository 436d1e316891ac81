import Foundation
import Histogram
import ZeroMQ

/// What commands cost: the same clients against each service in turn.
struct CommandMeasurements {
    let tools: Tools
    private let request = Array(#"{"command": 400, "nonce": 1}"#.utf8)

    func run() throws -> [Figure] {
        let services = try [tools.ours("serve"), tools.bare("serve")]
        defer { for service in services { service.end() } }
        let endpoints = try services.map { try $0.text("command", in: $0.answer()) }
        var figures = try roundTrips(endpoints)
        for count in [1, 10, 100, 1000] { figures += try clients(count, endpoints) }
        figures.append(try besideABlockedDelegate(endpoints[0]))
        return figures
    }

    private func roundTrips(_ endpoints: [String]) throws -> [Figure] {
        let python = try tools.python("Tests/Peers/service.py")
        defer { python.end() }
        let pythonEndpoint = try python.text("command", in: python.answer())
        python.ignoreOutput()
        var samples: [[[Double]]] = [[], []]
        for _ in 0..<tools.rounds {
            for (index, endpoint) in endpoints.enumerated() {
                samples[index].append(try roundTrip(endpoint, count: tools.isQuick ? 2_000 : 10_000))
            }
        }
        let slow = try roundTrip(pythonEndpoint, count: tools.isQuick ? 20 : 100)
        let targets: [Figure.Target?] = [.atMost(1.15), .atMost(1.5), nil]
        var figures = ["p50", "p99", "p99.9"].enumerated().map { index, name in
            Figure(
                name: "commandRoundTrip.\(name)",
                what: "command round trip, one REQ client, \(name)",
                unit: "µs",
                ours: median(samples[0].map { $0[index] }),
                libzmq: median(samples[1].map { $0[index] }),
                python: slow[index],
                target: targets[index]
            )
        }
        figures.append(
            Figure(
                name: "commandRoundTrip.timesFasterThanPython",
                what: "command round trip, times faster than Python, p50",
                unit: "x",
                ours: slow[0] / figures[0].ours,
                target: .atLeast(300)
            )
        )
        return figures
    }

    /// p50, p99 and p99.9 in microseconds.
    private func roundTrip(_ endpoint: String, count: Int) throws -> [Double] {
        let client = try Context.shared.socket(.req)
        defer { client.close() }
        try client.connect(endpoint)
        let message = Message(request)
        var histogram = Histogram<UInt64>(highestTrackableValue: 60_000_000_000, numberOfSignificantValueDigits: .three)
        for index in 0..<(count + count / 10) {
            let start = DispatchTime.now().uptimeNanoseconds
            try client.send(message)
            _ = try client.receive()
            // The first tenth warms up.
            if index >= count / 10 { histogram.record(DispatchTime.now().uptimeNanoseconds - start) }
        }
        return [50.0, 99.0, 99.9].map { Double(histogram.valueAtPercentile($0)) / 1000 }
    }

    private func clients(_ count: Int, _ endpoints: [String]) throws -> [Figure] {
        var answers: [[[String: Any]]] = [[], []]
        for _ in 0..<tools.rounds {
            for (index, endpoint) in endpoints.enumerated() {
                let body = String(decoding: request, as: UTF8.self)
                answers[index].append(
                    try tools.bare("clients", endpoint, String(count), String(tools.seconds / 2), body).answer()
                )
            }
        }
        func figure(_ key: String, _ name: String, _ unit: String, _ scale: Double, _ target: Figure.Target?) -> Figure
        {
            Figure(
                name: "dealers\(count).\(key)",
                what: "\(count) DEALER clients, \(name)",
                unit: unit,
                ours: median(answers[0].map { $0.number(key) * scale }),
                libzmq: median(answers[1].map { $0.number(key) * scale }),
                target: target
            )
        }
        return [
            figure("rate", "requests", "/s", 1, count == 1000 ? .atLeast(0.7) : nil),
            figure("p50", "p50", "µs", 0.001, nil),
            figure("p99", "p99", "µs", 0.001, nil),
            figure("p999", "p99.9", "µs", 0.001, nil),
        ]
    }

    /// While another client's delegate blocks its thread for a second.
    private func besideABlockedDelegate(_ endpoint: String) throws -> Figure {
        var values: [Double] = []
        for _ in 0..<3 {
            let blocker = try Context.shared.socket(.req)
            try blocker.connect(endpoint)
            try blocker.send(Message(Array(#"{"command": 130, "nonce": 2}"#.utf8)))
            let body = String(decoding: request, as: UTF8.self)
            let answer = try tools.bare("clients", endpoint, "1", "0.5", body).answer()
            values.append(answer.number("p99") / 1e6)
            _ = try blocker.receive()
            blocker.close()
        }
        return Figure(
            name: "besideABlockedDelegate.p99",
            what: "round trip while another delegate blocks for 1 s, p99",
            unit: "ms",
            ours: median(values),
            target: .atMost(5)
        )
    }
}
