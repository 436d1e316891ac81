import Foundation

/// One line of the table.
struct Figure {
    /// What is measured: a member of the object that `--json` prints.
    let name: String
    /// Which of its figures this is (`p99`), a member within it; nil for the one that says most.
    var part: String?
    let what: String
    let unit: String
    var ours: Double
    var libzmq: Double?
    var python: Double?
    var target: Target?
    /// How far off its target a figure may be before `--guard` fails: noise is no slip.
    var tolerance = 2.0

    /// What is promised: of ours itself, or of its ratio to libzmq.
    enum Target {
        case atMost(Double)
        case ratioAtMost(Double)
        case ratioAtLeast(Double)
        case timesFasterThanPython(Double)

        var text: String {
            switch self {
            case .atMost(let limit): "<= \(Figure.short(limit))"
            case .ratioAtMost(let limit): "ratio <= \(Figure.short(limit))"
            case .ratioAtLeast(let limit): "ratio >= \(Figure.short(limit))"
            case .timesFasterThanPython(let limit): "Python's / \(Figure.short(limit))"
            }
        }
    }

    var ratio: Double? { libzmq.map { ours / $0 } }

    /// How far off the target this is: 1 or less is reached; nil where nothing is promised.
    var distance: Double? {
        switch target {
        case nil: nil
        case .atMost(let limit): ours / limit
        case .ratioAtMost(let limit): (ratio ?? .infinity) / limit
        case .ratioAtLeast(let limit): limit / (ratio ?? 0)
        case .timesFasterThanPython(let limit): limit / ((python ?? 0) / ours)
        }
    }

    private var json: [String: Any] {
        var object: [String: Any] = ["what": what, "unit": unit, "ours": ours]
        object["libzmq"] = libzmq
        object["python"] = python
        object["ratio"] = ratio
        object["target"] = target?.text
        object["isReached"] = distance.map { $0 <= 1 }
        return object
    }

    /// `{"commandRoundTrip":{"ours":…,"libzmq":…,"python":…,"ratio":…,"p99":{"ours":…}},…}`
    static func json(_ figures: [Figure]) -> [String: [String: Any]] {
        var object: [String: [String: Any]] = [:]
        for figure in figures {
            if let part = figure.part {
                object[figure.name, default: [:]][part] = figure.json
            } else {
                object[figure.name, default: [:]].merge(figure.json) { _, new in new }
            }
        }
        return object
    }

    static func short(_ value: Double) -> String {
        if value >= 10_000 { return String(format: "%.0f", value) }
        if value >= 100 { return String(format: "%.1f", value) }
        return String(format: "%.3g", value)
    }

    static func table(_ figures: [Figure]) -> String {
        var rows = [["what", "unit", "ours", "libzmq", "python", "ratio", "target", ""]]
        for figure in figures {
            let mark = figure.distance.map { $0 <= 1 ? "ok" : "missed" } ?? ""
            rows.append([
                figure.what, figure.unit, short(figure.ours), figure.libzmq.map(short) ?? "-",
                figure.python.map(short) ?? "-", figure.ratio.map(short) ?? "-", figure.target?.text ?? "-", mark,
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).enumerated().map { index, cell in
                let gap = String(repeating: " ", count: cell.1 - cell.0.count)
                return index < 2 || index == 7 ? cell.0 + gap : gap + cell.0
            }.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
        }.joined(separator: "\n")
    }
}

/// The quantiles that are shown of a latency: the key of a measurement's answer, its name, and its part of the figure.
let quantiles: [(key: String, name: String, part: String?)] = [
    ("p50", "p50", nil), ("p99", "p99", "p99"), ("p999", "p99.9", "p99.9"),
]

func median(_ values: [Double]) -> Double {
    let sorted = values.filter { !$0.isNaN }.sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
}
