/// Names that somebody may have meant who typed another one.
package enum NearNames {
    /// At most three of `known`: those that hold `text`, and those that few changes away make it.
    package static func of(_ text: String, among known: [String]) -> [String] {
        let wanted = Array(text.lowercased())
        // No name is as long; and what is compared costs the product of the lengths.
        guard !wanted.isEmpty, wanted.count <= 100 else { return [] }
        let most = max(1, wanted.count / 3)
        let ranked = known.compactMap { name -> (distance: Int, name: String)? in
            let candidate = Array(name.lowercased())
            let distance = distance(wanted, candidate)
            if distance <= most { return (distance, name) }
            return wanted.count >= 4 && name.lowercased().contains(text.lowercased()) ? (most + 1, name) : nil
        }
        return ranked.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// How many characters are to be put in, taken out, replaced, or exchanged with their neighbour.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var before: [Int] = []
        var row = Array(0...right.count)
        for (line, character) in left.enumerated() {
            var next = [line + 1]
            for column in right.indices {
                var least = min(row[column + 1], next[column]) + 1
                least = min(least, row[column] + (character == right[column] ? 0 : 1))
                if line > 0, column > 0, character == right[column - 1], left[line - 1] == right[column] {
                    least = min(least, before[column - 1] + 1)
                }
                next.append(least)
            }
            (before, row) = (row, next)
        }
        return row[right.count]
    }
}
