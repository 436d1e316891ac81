import Foundation

/// What reads the lines of the interactive prompt.
protocol Prompt: Sendable {
    /// The lines as they are entered, without their ends. Finishes with the input, and with ``close()``.
    var lines: AsyncStream<String> { get }
    /// Whether a person edits lines on a terminal, which output must not disturb.
    var isEdited: Bool { get }
    /// Whether a person types the lines, and not a program or a file.
    var isTyped: Bool { get }
    /// Whether the lines ended since the terminal is gone.
    var isHungUp: Bool { get }
    /// Ctrl-C was pressed; false where the prompt does not care.
    func interrupt() -> Bool
    /// Shows text above the prompt; the half-typed line survives.
    func printAbove(_ text: String)
    /// Ends the prompt and leaves the terminal as it was found.
    func close()
}

/// Lines of a pipe or a file: no prompt, no editing.
struct PlainPrompt: Prompt {
    let lines: AsyncStream<String>
    let isEdited = false
    let isTyped = isatty(STDIN_FILENO) == 1
    let isHungUp = false
    private let output: Output

    init(output: Output) {
        self.output = output
        lines = LineReader.lines(of: STDIN_FILENO)
    }

    func printAbove(_ text: String) { try? output.line(text) }
    func interrupt() -> Bool { false }
    func close() {}
}
