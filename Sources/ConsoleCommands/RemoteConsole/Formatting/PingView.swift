import AcquisitionModel
import Foundation

/// Round-trip times as people and programs read them.
enum PingView {
    static func line(number: Int, of count: Int, time: Duration, endpoint: String) -> String {
        let prefix = count > 1 ? "\(number): " : ""
        return "\(prefix)alive: answer from \(endpoint) after \(milliseconds(time))"
    }

    static func json(number: Int, time: Duration) -> String {
        var line = JSONLine()
        line["ping"] = JSONValue(number)
        line["alive"] = true
        line["milliseconds"] = JSONValue((time.inSeconds * 1e6).rounded() / 1000)
        return line.description
    }

    /// Minimum, median and maximum.
    static func summary(_ times: [Duration]) -> String {
        let sorted = times.sorted()
        guard let first = sorted.first, let last = sorted.last else { return "no answers" }
        let middle = sorted.count / 2
        let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        return "\(times.count) answers: min \(milliseconds(first)), median \(milliseconds(median)), "
            + "max \(milliseconds(last))"
    }

    static func milliseconds(_ time: Duration) -> String { milliseconds(time.inSeconds) }

    static func milliseconds(_ seconds: Double) -> String { String(format: "%.3f ms", seconds * 1000) }
}
