import AcquisitionModel
import Foundation

/// The JSON that a command takes along: as it is, out of a file (`@FILE`), or from standard input (`-`).
enum DataArgument {
    static let help = "JSON; '@FILE' for what a file holds, '-' for what comes on standard input."

    /// The value that `text` stands for; null for none.
    ///
    /// - Parameter isInputFree: whether standard input is not read otherwise.
    /// - Throws: ``CommandFailure`` for what cannot be read, or is no JSON.
    static func value(_ text: String?, isInputFree: Bool = true) async throws -> JSONValue {
        guard let text else { return .null }
        if text == "-" {
            guard isInputFree else {
                throw CommandFailure(.usage, "--data - reads standard input, which holds the lines of the prompt")
            }
            return try json(await input(), of: "standard input, for --data -,")
        }
        guard text.hasPrefix("@") else { return try json(text, of: "--data") }
        let path = String(text.dropFirst())
        do {
            return try json(TextFile.read(path), of: "'\(path)', for --data,")
        } catch let problem as TextFile.Problem {
            throw CommandFailure(.usage, "'\(path)', for --data, cannot be read: \(problem)")
        }
    }

    private static func input() async throws -> String {
        var lines: [String] = []
        var size = 0
        for await line in LineReader.lines(of: STDIN_FILENO) {
            lines.append(line)
            size += line.utf8.count
            guard size <= TextFile.maximumSize else {
                throw CommandFailure(.usage, "--data -: more than \(TextFile.maximumSize >> 20) MiB came")
            }
        }
        try Task.checkCancellation()
        return lines.joined(separator: "\n")
    }

    static func json(_ text: String, of source: String) throws(CommandFailure) -> JSONValue {
        do {
            return try JSONReader.read(text)
        } catch {
            throw CommandFailure(.usage, "\(source) is no JSON: \(error)", hint: #"Such as --data '{"mode":100}'"#)
        }
    }
}
