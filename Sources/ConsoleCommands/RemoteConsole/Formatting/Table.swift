/// Columns of text, aligned.
struct Table: Sendable, Hashable {
    var header: [String]
    var rows: [[String]]

    /// The lines, each beginning with `indent`; the header is set off.
    func lines(indent: String = "", style: TextStyle) -> [String] {
        let widths = header.indices.map { column in
            ([header] + rows).map { $0.indices.contains(column) ? TextWidth.of($0[column]) : 0 }.max() ?? 0
        }
        let line = { (cells: [String]) -> String in
            var text = ""
            for (column, cell) in cells.enumerated() {
                text += cell
                if column < cells.count - 1 {
                    text += String(repeating: " ", count: widths[column] - TextWidth.of(cell) + 2)
                }
            }
            return text
        }
        return [indent + style.dim(line(header))] + rows.map { indent + line($0) }
    }
}

/// How many columns text takes on a terminal.
enum TextWidth {
    /// The width; East Asian wide characters and emoji take two columns, control characters none.
    static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    private static func of(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.value < 0x20 || first.value == 0x7F { return 0 }
        let isWide =
            switch first.value {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                true
            default: false
            }
        return isWide ? 2 : 1
    }

    /// The beginning of `text` that fits into `width` columns, with `…` where something is left out.
    static func clipped(_ text: String, to width: Int) -> String {
        if of(text) <= width { return text }
        var result = ""
        var used = 0
        for character in text {
            let columns = of(character)
            if used + columns > width - 1 { break }
            result.append(character)
            used += columns
        }
        return width > 0 ? result + "…" : ""
    }
}
