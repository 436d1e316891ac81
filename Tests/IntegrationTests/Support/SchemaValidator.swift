import AcquisitionModel
import Foundation
import TestSupport
import Testing

/// The schemas of `Schemas`, held against messages by an independent validator.
struct SchemaValidator: Sendable {
    private let process: ToolProcess

    init() throws {
        process = try ToolProcess(".venvs/tools/bin/python", ["Tests/Peers/validate.py"])
    }

    /// What is wrong with the instance; empty for nothing.
    func errors(_ schema: String, _ instance: JSONValue) async throws -> [String] {
        try process.write(WireText.python(["schema": .string(schema), "instance": instance]))
        let answer = try JSONReader.read(await process.line())
        let errors = try answer.list("errors").map { try $0.as(\.string) }
        #expect(answer["valid"]?.bool == errors.isEmpty)
        return errors
    }

    func end() { process.send(signal: SIGKILL) }
}

/// An example message of `Schemas/examples`.
struct SchemaExample: Sendable, CustomTestStringConvertible {
    let schema: String
    let isGood: Bool
    let url: URL

    var testDescription: String { "\(schema) \(isGood ? "good" : "bad") \(url.lastPathComponent)" }

    var instance: JSONValue {
        get throws { try JSONReader.read(Array(Data(contentsOf: url)), limits: .fromService) }
    }

    static func all() throws -> [SchemaExample] {
        let root = Fixtures.checkout.appending(path: "Schemas/examples")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path)
        return paths.sorted().filter { $0.hasSuffix(".json") }.map { path in
            let parts = path.split(separator: "/")
            return SchemaExample(
                schema: parts.dropLast(2).joined(separator: "/"),
                isGood: parts.dropLast().last == "good",
                url: root.appending(path: path)
            )
        }
    }
}
