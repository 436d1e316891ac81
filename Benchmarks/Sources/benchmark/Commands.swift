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
        figures += try besideABlockedDelegate(endpoints[0])
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
        let targets: [Figure.Target?] = [.ratioAtMost(1.15), .ratioAtMost(1.5), nil]
        var figures = quantiles.enumerated().map { index, quantile in
            Figure(
                name: "commandRoundTrip",
                part: quantile.part,
                what: "command round trip, one REQ client, \(quantile.name)",
                unit: "µs",
                ours: median(samples[0].map { $0[index] }),
                libzmq: median(samples[1].map { $0[index] }),
                python: slow[index],
                target: targets[index]
            )
        }
        figures.append(
            Figure(
                name: "commandRoundTripBesidePython",
                what: "command round trip, one REQ client, p50, beside Python",
                unit: "µs",
                ours: figures[0].ours,
                python: slow[0],
                target: .timesFasterThanPython(300)
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
        let rate = Figure(
            name: "dealers\(count)",
            what: "\(count) DEALER clients, requests",
            unit: "/s",
            ours: median(answers[0].map { $0.number("rate") }),
            libzmq: median(answers[1].map { $0.number("rate") }),
            target: count == 1000 ? .ratioAtLeast(0.7) : nil
        )
        return [rate]
            + quantiles.map { quantile in
                Figure(
                    name: "dealers\(count)",
                    part: quantile.name,
                    what: "\(count) DEALER clients, \(quantile.name)",
                    unit: "µs",
                    ours: median(answers[0].map { $0.number(quantile.key) / 1000 }),
                    libzmq: median(answers[1].map { $0.number(quantile.key) / 1000 })
                )
            }
    }

    /// While another client's delegate blocks its thread for a second.
    private func besideABlockedDelegate(_ endpoint: String) throws -> [Figure] {
        var answers: [[String: Any]] = []
        for _ in 0..<3 {
            let blocker = try Context.shared.socket(.req)
            try blocker.connect(endpoint)
            try blocker.send(Message(Array(#"{"command": 130, "nonce": 2}"#.utf8)))
            let body = String(decoding: request, as: UTF8.self)
            answers.append(try tools.bare("clients", endpoint, "1", "0.5", body).answer())
            _ = try blocker.receive()
            blocker.close()
        }
        return quantiles.map { quantile in
            Figure(
                name: "besideABlockedDelegate",
                part: quantile.part,
                what: "round trip while another delegate blocks for 1 s, \(quantile.name)",
                unit: "µs",
                ours: median(answers.map { $0.number(quantile.key) / 1000 }),
                target: quantile.key == "p99" ? .atMost(5000) : nil
            )
        }
    }
}
