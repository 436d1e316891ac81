/// Splits a line into words as a shell does: white space separates, quotes keep together, a backslash takes the next
/// character as it is.
enum ShellWords {
    /// - Throws: ``CommandFailure`` for a quote that is not closed.
    static func split(_ line: String) throws(CommandFailure) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Unicode.Scalar?
        var isEscaped = false
        // Scalar by scalar: a quote stays one where an accent follows it.
        func add(_ scalar: Unicode.Scalar) {
            if word == nil { word = "" }
            word?.unicodeScalars.append(scalar)
        }
        for scalar in line.unicodeScalars {
            if isEscaped {
                // Within double quotes only a quote and a backslash need one.
                if quote == "\"", scalar != "\"", scalar != "\\" { add("\\") }
                add(scalar)
                isEscaped = false
            } else if scalar == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if scalar == open { quote = nil } else { add(scalar) }
            } else if scalar == "\"" || scalar == "'" {
                quote = scalar
                word = word ?? ""
            } else if scalar.properties.isWhitespace {
                if let finished = word { words.append(finished) }
                word = nil
            } else {
                add(scalar)
            }
        }
        if let quote { throw CommandFailure(.usage, "A quote (\(quote)) is not closed") }
        if isEscaped { add("\\") }
        if let word { words.append(word) }
        return words
    }
}
