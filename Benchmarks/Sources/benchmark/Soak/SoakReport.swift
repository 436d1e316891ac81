import Foundation

/// Whether something grew.
///
/// A straight line is laid through the second half of each curve, so that what a service needs to warm up counts for
/// nothing. What the line rises by from the middle of the run to its end must stay below a bound. Of a latency, what
/// bare libzmq takes in the same second is taken off first: that is the machine's and not the service's.
struct SoakReport {
    let samples: [SoakSample]
    let counts: SoakCounts
    let minutes: Double

    /// What is drawn and judged.
    struct Curve {
        let name: String
        let unit: String
        /// How much the line may rise in the second half.
        let bound: Double
        let value: @Sendable (SoakSample) -> Double
        /// What is taken off before it is judged.
        var control: @Sendable (SoakSample) -> Double = { _ in 0 }
    }

    static let curves = [
        Curve(name: "resident memory", unit: "MiB", bound: 1, value: \.memory),
        Curve(name: "descriptors", unit: "", bound: 1, value: \.descriptors),
        Curve(name: "threads", unit: "", bound: 1, value: \.threads),
        Curve(
            name: "commands, p99",
            unit: "ms",
            bound: 1,
            value: \.latencies.commands,
            control: \.latencies.control
        ),
        Curve(name: "events, p99", unit: "ms", bound: 1, value: \.latencies.events, control: \.latencies.control),
        Curve(name: "bare libzmq beside it, p99", unit: "ms", bound: .infinity, value: \.latencies.control),
    ]

    /// A shorter run says whether anything was lost, and nothing about growth.
    static let fewestSamples = 240

    var isPassed: Bool { isNothingLost && (growth?.allSatisfy(\.isFlat) ?? true) }

    var isNothingLost: Bool {
        counts.eventsMissed == 0 && counts.answers == counts.commands && counts.clientsFailed == 0
    }

    /// How much each curve rises in the second half; nil for a run that is too short.
    var growth: [(curve: Curve, rise: Double, isFlat: Bool)]? {
        guard samples.count >= Self.fewestSamples else { return nil }
        return Self.curves.filter { $0.bound.isFinite }.map { curve in
            let half = samples[(samples.count / 2)...].map { (x: $0.second, y: curve.value($0) - curve.control($0)) }
            let rise = Self.slope(half) * ((half.last?.x ?? 0) - (half.first?.x ?? 0))
            return (curve, rise, rise < curve.bound)
        }
    }

    /// Of the straight line that Theil and Sen lay through the points: the median of the slopes between points half the
    /// range apart. A few seconds in which the machine did something else do not bend it.
    static func slope(_ points: [(x: Double, y: Double)]) -> Double {
        let half = points.count / 2
        return median((0..<half).map { (points[$0 + half].y - points[$0].y) / (points[$0 + half].x - points[$0].x) })
    }

    var text: String {
        var rows = [String(format: "%.0f s: ", samples.last?.second ?? 0) + "\(counts)"]
        for curve in Self.curves {
            let values = samples.map(curve.value)
            let (least, most) = (values.min() ?? .nan, values.max() ?? .nan)
            let range = String(format: "%.4g at the median, %.4g to %.4g", median(values), least, most)
            rows.append("\(curve.name): \(range) \(curve.unit)".trimmingCharacters(in: .whitespaces))
        }
        if let growth {
            for (curve, rise, isFlat) in growth {
                let line = String(format: "%+.3g in the second half, %.3g allowed", rise, curve.bound)
                rows.append("\(isFlat ? "flat" : "GROWS"): \(curve.name): \(line) \(curve.unit)")
            }
        } else {
            rows.append("too short to say whether anything grows: that takes \(Self.fewestSamples / 60) minutes")
        }
        rows.append(isPassed ? "passed" : isNothingLost ? "FAILED: something grows" : "FAILED: something was lost")
        return rows.joined(separator: "\n")
    }
}
