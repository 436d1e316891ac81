import Foundation
import Synchronization

/// Loads one service for a long time and fails where something grows.
///
/// 1,000 events and 100 commands a second, a client a second that comes and goes, one subscriber that never reads.
enum Soak {
    private static let isInterrupted = Atomic(false)

    static func main(_ arguments: [String]) -> Never {
        do {
            let options = try SoakOptions(arguments)
            let status = try run(options)
            exit(status)
        } catch {
            say("\(error)")
            exit(error is SoakOptions.Mistake ? 64 : 1)
        }
    }

    private static func run(_ options: SoakOptions) throws -> Int32 {
        signal(SIGINT) { _ in Soak.isInterrupted.store(true, ordering: .releasing) }
        signal(SIGTERM) { _ in Soak.isInterrupted.store(true, ordering: .releasing) }
        let tools = Tools(isQuick: false)
        let service = try tools.ours("soak", "1000", "\(options.leak)")
        defer { service.end() }
        let control = try tools.bare("serve")
        defer { control.end() }
        let ready = try service.answer()
        let load = try SoakLoad(
            subscriber: service.text("subscriber", in: ready),
            command: service.text("command", in: ready),
            control: control.text("command", in: control.answer())
        )
        load.start()
        let samples = try measure(service.identifier, load, seconds: options.minutes * 60)
        load.stop()

        let report = SoakReport(samples: samples, counts: load.counts, minutes: options.minutes)
        try SoakChart(report).text.write(toFile: options.svg, atomically: true, encoding: .utf8)
        print(report.text)
        say("curves in \(options.svg)")
        if isInterrupted.load(ordering: .acquiring) {
            say("ended early; what was measured until then is above")
            return 130
        }
        return report.isPassed ? 0 : 1
    }

    /// A sample a second, and a line about the latest every ten.
    private static func measure(_ process: Int32, _ load: SoakLoad, seconds: Double) throws -> [SoakSample] {
        var samples: [SoakSample] = []
        let start = DispatchTime.now().uptimeNanoseconds
        while !isInterrupted.load(ordering: .acquiring), Double(samples.count) < seconds {
            let due = start + UInt64(samples.count + 1) * 1_000_000_000
            let now = DispatchTime.now().uptimeNanoseconds
            // A signal ends the pause.
            if due > now { usleep(UInt32((due - now) / 1000)) }
            if isInterrupted.load(ordering: .acquiring) { break }
            let second = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            let sample = try SoakSample(second: second, process: process, load.takeLatencies())
            samples.append(sample)
            if samples.count % 10 == 0 { say("\(sample), \(load.counts)") }
        }
        return samples
    }

    static func say(_ text: String) {
        FileHandle.standardError.write(Data("soak: \(text)\n".utf8))
    }
}

/// What the command line says.
struct SoakOptions {
    var minutes = 30.0
    var svg = "soak.svg"
    /// What the service is to forget a second, to see that growth is found.
    var leak = 0

    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            let value = rest.popFirst()
            switch (option, value, value.flatMap(Double.init)) {
            case ("--minutes", _, let number?) where number > 0 && number <= 10_000: minutes = number
            case ("--leak", _, let number?) where number >= 0 && number <= 1e9: leak = Int(number)
            case ("--svg", let value?, _): svg = value
            default:
                throw Mistake(description: "\(option) \(value ?? ""): --minutes N, --svg FILE or --leak BYTES expected")
            }
        }
    }
}
