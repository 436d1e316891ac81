import Foundation

/// The curves as an SVG, one below the other.
struct SoakChart {
    private let report: SoakReport
    private let width = 720.0
    private let height = 90.0
    private let margin = 56.0
    private let gap = 34.0
    /// More points than the drawing is wide show nothing more.
    private let mostPoints = 600

    init(_ report: SoakReport) { self.report = report }

    var text: String {
        let total = Double(SoakReport.curves.count) * (height + gap) + gap
        var lines = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(Int(width + 2 * margin)) \#(Int(total))" "#
                + #"font-family="sans-serif" font-size="12">"#,
            #"<rect width="100%" height="100%" fill="white"/>"#,
        ]
        for (number, curve) in SoakReport.curves.enumerated() {
            lines += panel(curve, top: gap + Double(number) * (height + gap))
        }
        lines.append("</svg>\n")
        return lines.joined(separator: "\n")
    }

    private func panel(_ curve: SoakReport.Curve, top: Double) -> [String] {
        let points = reduced(curve)
        let most = max(points.map(\.highest).max() ?? 0, .leastNonzeroMagnitude) * 1.1
        let end = max(report.samples.last?.second ?? 1, 1)
        func x(_ second: Double) -> String { String(format: "%.1f", margin + second / end * width) }
        func y(_ value: Double) -> String { String(format: "%.1f", top + height - value / most * height) }
        let path = points.map { "\(x($0.second)),\(y($0.middle))" }.joined(separator: " ")
        let upper = points.map { "\(x($0.second)),\(y($0.highest))" }.joined(separator: " ")
        let unit = curve.unit.isEmpty ? "" : " (\(curve.unit))"
        return [
            #"<text x="\#(margin)" y="\#(top - 6)">\#(curve.name)\#(unit)</text>"#,
            #"<rect x="\#(margin)" y="\#(top)" width="\#(width)" height="\#(height)" fill="none" stroke="silver"/>"#,
            #"<text x="\#(margin - 6)" y="\#(top + 10)" text-anchor="end">\#(Figure.short(most))</text>"#,
            #"<text x="\#(margin - 6)" y="\#(top + height)" text-anchor="end">0</text>"#,
            #"<text x="\#(margin + width)" y="\#(top + height + 14)" text-anchor="end">\#(Int(end)) s</text>"#,
            #"<polyline fill="none" stroke="lightsteelblue" points="\#(upper)"/>"#,
            #"<polyline fill="none" stroke="navy" points="\#(path)"/>"#,
        ]
    }

    /// Several seconds each, as their median and their highest.
    private func reduced(_ curve: SoakReport.Curve) -> [(second: Double, middle: Double, highest: Double)] {
        let step = max(1, report.samples.count / mostPoints)
        return stride(from: 0, to: report.samples.count, by: step).map { start in
            let part = report.samples[start..<min(start + step, report.samples.count)]
            let values = part.map(curve.value)
            return (part.last?.second ?? 0, median(values), values.max() ?? 0)
        }
    }
}
