import Foundation

/// One line of the table.
struct Figure {
    let name: String
    let what: String
    let unit: String
    var ours: Double
    var libzmq: Double?
    var python: Double?
    /// What `ratio` (ours to libzmq), or without libzmq `ours` itself, is to reach; nil for a figure without promise.
    var target: Target?

    enum Target {
        case atMost(Double)
        case atLeast(Double)

        var text: String {
            switch self {
            case .atMost(let limit): "<= \(Figure.short(limit))"
            case .atLeast(let limit): ">= \(Figure.short(limit))"
            }
        }
    }

    var ratio: Double? { libzmq.map { ours / $0 } }

    /// How far off the target this is: 1 or less is reached.
    var distance: Double? {
        let value = ratio ?? ours
        switch target {
        case nil: return nil
        case .atMost(let limit): return value / limit
        case .atLeast(let limit): return limit / value
        }
    }

    var json: [String: Any] {
        var object: [String: Any] = ["what": what, "unit": unit, "ours": ours]
        object["libzmq"] = libzmq
        object["python"] = python
        object["ratio"] = ratio
        object["target"] = target?.text
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

func median(_ values: [Double]) -> Double {
    let sorted = values.filter { !$0.isNaN }.sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
}
