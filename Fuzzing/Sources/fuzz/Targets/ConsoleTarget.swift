import AcquisitionModel
@testable import ConsoleCommands

/// What is typed at the console: a line that is split into words, and the JSON behind `--data`.
enum ConsoleTarget {
    static func test(_ bytes: [UInt8]) {
        let json = ReaderProperties.check(bytes)
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        checkData(text, json)
        checkWords(text)
    }

    private static func checkData(_ text: String, _ json: JSONValue?) {
        do {
            let data = try DataArgument.json(text, of: "--data")
            require(data.description == json?.description, "--data is read as the reader reads it")
            for line in DataView.lines(data, style: .plain) { requireHarmless(line) }
        } catch {
            require(json == nil, "--data takes what is JSON: \(error)")
            require(error.status == .usage, "a slip in an argument is wrong usage: \(error)")
            require(error.message.contains("(rule: "), "it says what is wrong: \(error)")
            require(error.hint != nil, "it says what to do: \(error)")
        }
    }

    /// Words in quotes come out as they went in, and JSON in single quotes is one word.
    private static func checkWords(_ line: String) {
        let words: [String]
        do {
            words = try ShellWords.split(line)
        } catch {
            return require(error.status == .usage, "a slip in a line is wrong usage: \(error)")
        }
        let quoted = words.map { word in
            "\"" + word.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
        }.joined(separator: " ")
        let again = succeed("words in quotes can be split") { try ShellWords.split(quoted) }
        require(again == words, "words in quotes come out as they went in: \(words), \(again)")
    }
}
