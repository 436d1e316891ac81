import Foundation
import GatewayCore
import LiaisonGateway
import TestSupport
import Testing

/// Every recorded exchange with the Python package, byte for byte where that is possible.
struct VectorTests {
    /// What is left out, and why.
    static let leftOut: [String: String] = [
        "cli-none": "the command line of a Python module",
        "cli-8001": "the command line of a Python module",
        "cli-localhost:abc": "the command line of a Python module",
        "get-builtin-function": "Swift has no functions written in C that show themselves otherwise",
        "get-eval": "evaluates an expression",
        "get-eval-call": "evaluates an expression",
        "get-dot-int": "the memory address of a method of a Python list",
        "run-dollar-import": "the path of a file of Python's library",
        "run-dollar-attr": "the text of Python's own objects",
        "register-null-name": "an error of Python within an error; here the name must be text",
        "slow-blocks": "a fault that is not repeated: see ConnectionTests",
        "stdout-sigterm": "Python's own output; the markers are in MarkerTests",
        "stdout-sigint": "Python's own output; the markers are in MarkerTests",
        "run-exit": "ends the process",
        "server-push": "two connections: see PushTests",
        "message-size-limit": "a connection: see RuleTests",
    ]

    /// Responses that are no JSON, which `JSON.parse` of a page does not read: here they are null.
    static let strict: Set<String> = ["result-nan", "result-inf"]

    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let json: JSONValue
        var testDescription: String { name }
        var request: [UInt8] {
            if let text = json["request_utf8"]?.string { return Array(text.utf8) }
            let digits = Array(json["request_hex"]?.string ?? "")
            return stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(digits[$0..<($0 + 2)]), radix: 16)
            }
        }
    }

    static func vectors() throws -> [Vector] {
        let bytes = try [UInt8](Fixtures.data("vectors/liaison-websocket.json"))
        let all = try JSONReader.read(bytes, tolerance: .oldReleases).array ?? []
        return all.map { Vector(name: $0["name"]?.string ?? "", json: $0) }
    }

    @Test func nothingElseIsLeftOut() throws {
        let names = try Set(Self.vectors().map(\.name))
        #expect(names.count == 68)
        #expect(names.isSuperset(of: Self.leftOut.keys))
    }

    /// What earlier exchanges of the same session left behind, some of them without a vector.
    static func companion() async throws -> LiaisonCompanion {
        let companion = try Fixture.companion()
        let before: [LiaisonCommand] = [
            .init(.store, ["a", 5]), .init(.store, ["lst", [1, ["b": nil]]]), .init(.store, ["b", "$a"]),
            .init(.register, ["sq", "math:sqrt"]), .init(.register, ["m", "math"]),
        ]
        for command in before { _ = try await companion.answer(LiaisonRequest(command, id: 0)).get() }
        return companion
    }

    @Test(arguments: try vectors().filter { leftOut[$0.name] == nil })
    func isAnsweredAsPythonDoes(_ vector: Vector) async throws {
        guard vector.json["replied"] == true else {
            #expect(throws: WireError.self) { try LiaisonRequest(vector.request) }
            return
        }
        let reply = try await Self.companion().answer(LiaisonRequest(vector.request))
        switch (reply.content, vector.json["response_utf8"]?.string) {
        case (.response(let value), let expected?):
            if value["success"] == false {
                // The places in Python's source are left out.
                let lines = vector.json["response"]?["response"]?["result"]?.array ?? []
                #expect(value["result"] == .array([lines.first, lines.last].compactMap(\.self)))
            } else {
                let word = /"response": (NaN|Infinity)/
                let isStrict = Self.strict.contains(vector.name)
                #expect(expected.contains(word) == isStrict)
                #expect(reply.text == (isStrict ? expected.replacing(word, with: "\"response\": null") : expected))
            }
        case (.error(let lines), nil):
            let expected = vector.json["response"]
            #expect(lines.first == expected?["error_first_line"]?.string)
            #expect(lines.last == expected?["error_last_line"]?.string)
            let sent = try JSONReader.read(reply.text).object
            #expect(sent?.members.map(\.key) == ["error", "tag", "evt"])
            #expect(sent?.value(ofExactly: "evt") == expected?["evt"] && sent?.value(ofExactly: "tag") == "error")
        default: Issue.record("\(reply.text) instead of \(vector.json)")
        }
    }
}
