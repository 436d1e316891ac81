import ArgumentParser

/// When a tool writes in colour.
package enum ColorChoice: String, Sendable, CaseIterable, ExpressibleByArgument {
    case auto, always, never

    /// Whether to use colour on an output.
    ///
    /// Never where it is no terminal, whatever is asked for: files and pipes stay free of escapes. On a terminal
    /// `always` and `never` decide, then `NO_COLOR`, then `FORCE_COLOR`, then what the terminal can do.
    package func isColored(isTerminal: Bool, environment: [String: String]) -> Bool {
        guard isTerminal else { return false }
        switch self {
        case .always: return true
        case .never: return false
        case .auto:
            if let no = environment["NO_COLOR"], !no.isEmpty { return false }
            if let force = environment["FORCE_COLOR"], !force.isEmpty { return force != "0" }
            return environment["TERM"] != "dumb"
        }
    }
}

/// How text is set off on a terminal.
package struct TextStyle: Sendable, Hashable {
    package let isColored: Bool

    package static let plain = TextStyle(isColored: false)
    package static let colored = TextStyle(isColored: true)

    package func heading(_ text: String) -> String { apply("1", text) }
    package func label(_ text: String) -> String { apply("36", text) }
    package func dim(_ text: String) -> String { apply("2", text) }
    package func good(_ text: String) -> String { apply("32", text) }
    package func warning(_ text: String) -> String { apply("33", text) }
    package func bad(_ text: String) -> String { apply("31", text) }

    private func apply(_ code: String, _ text: String) -> String {
        isColored && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
