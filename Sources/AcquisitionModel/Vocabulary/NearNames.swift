/// Names that somebody may have meant who typed another one.
package enum NearNames {
    /// At most three of `known`: those that hold `text`, and those that few changes away make it.
    package static func of(_ text: String, among known: [String]) -> [String] {
        let wanted = Array(text.lowercased())
        guard !wanted.isEmpty else { return [] }
        let most = max(1, wanted.count / 3)
        let ranked = known.compactMap { name -> (distance: Int, name: String)? in
            let candidate = Array(name.lowercased())
            let distance = distance(wanted, candidate)
            if distance <= most { return (distance, name) }
            return wanted.count >= 4 && name.lowercased().contains(text.lowercased()) ? (most + 1, name) : nil
        }
        return ranked.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// How many characters are to be put in, taken out or replaced.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (line, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in right.indices {
                let above = row[column + 1]
                let change = diagonal + (character == right[column] ? 0 : 1)
                row[column + 1] = min(change, above + 1, row[column] + 1)
                diagonal = above
            }
        }
        return row[right.count]
    }
}
