import Foundation
import ZeroMQ

/// What a service costs that has nothing to do, and how soon it answers.
struct IdleMeasurements {
    let tools: Tools

    func run() throws -> [Figure] {
        let service = try tools.ours("serve")
        defer { service.end() }
        _ = try service.answer()
        let status = try String(contentsOfFile: "/proc/\(service.identifier)/status", encoding: .utf8)
        let before = try processorTicks(service.identifier)
        let seconds = tools.isQuick ? 4.0 : 20
        Thread.sleep(forTimeInterval: seconds)
        let used = try processorTicks(service.identifier) - before
        let memory = status.value(of: "VmRSS:") / 1024
        let threads = status.value(of: "Threads:")
        return try [
            Figure(
                name: "idleProcessor",
                what: "idle, processor time",
                unit: "% of a core",
                ours: used / Double(sysconf(Int32(_SC_CLK_TCK))) / seconds * 100,
                target: .atMost(0.2)
            ),
            Figure(name: "idleMemory", what: "resident memory", unit: "MiB", ours: memory, target: .atMost(30)),
            Figure(name: "idleThreads", what: "threads", unit: "", ours: threads),
            try firstAnswer(),
        ] + binarySize() + stops()
    }

    /// How long stop() takes with a subscriber that never reads.
    private func stops() throws -> [Figure] {
        let answer = try tools.ours("stops", tools.isQuick ? "8" : "200").answer()
        return quantiles.map { quantile in
            Figure(
                name: "stop",
                part: quantile.part,
                what: "stop() with a subscriber that never reads, \(quantile.name)",
                unit: "ms",
                ours: answer.number(quantile.key) / 1e6,
                target: quantile.key == "p99" ? .atMost(500) : nil
            )
        }
    }

    /// The size of `client-app` built for release with the Swift runtime linked in; nothing where it was not built.
    private func binarySize() -> [Figure] {
        let program = tools.checkout.appending(path: "Benchmarks/.build/static/release/client-app").path
        guard !tools.isQuick,
            let size = try? FileManager.default.attributesOfItem(atPath: program)[.size] as? NSNumber
        else {
            return []
        }
        return [
            Figure(
                name: "binarySize",
                what: "client-app, release, Swift runtime and Foundation linked in",
                unit: "MiB",
                ours: size.doubleValue / 1_048_576
            )
        ]
    }

    /// From the start of the process to the first answered command.
    private func firstAnswer() throws -> Figure {
        var times: [Double] = []
        for _ in 0..<5 {
            let start = DispatchTime.now().uptimeNanoseconds
            let service = try tools.ours("serve")
            defer { service.end() }
            let endpoint = try service.text("command", in: service.answer())
            let client = try Context.shared.socket(.req)
            try client.connect(endpoint)
            try client.send(Message(Array(#"{"command": 400, "nonce": 1}"#.utf8)))
            _ = try client.receive()
            times.append(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6)
            client.close()
        }
        return Figure(
            name: "firstAnswer",
            what: "from process start to the first answer",
            unit: "ms",
            ours: median(times),
            target: .atMost(50)
        )
    }

    private func processorTicks(_ process: Int32) throws -> Double {
        let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // The name of the program, in brackets, may hold blanks.
        let fields = stat.drop { $0 != ")" }.split(separator: " ")
        return (Double(fields[12]) ?? 0) + (Double(fields[13]) ?? 0)
    }
}

extension String {
    /// The number behind `key` in /proc/…/status.
    func value(of key: String) -> Double {
        let line = split(separator: "\n").first { $0.hasPrefix(key) } ?? ""
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? .nan
    }
}
