import Foundation
import TestSupport
import Testing

/// What the compiler says to somebody who made a mistake, and that it takes what it should.
@Suite(.timeLimit(.minutes(2)))
struct CompilerMessageTests {
    /// `statements` within a function that has a service and a client, and a few variables.
    private func check(_ statements: String) async throws -> [String] {
        let source = """
            import AcquisitionZeroMQ
            import Foundation
            enum Side: String, JSONConvertible { case left, right }
            struct Stranger {}
            func example(
                service: any RpcService, client: RpcClient, name: String, count: Int, note: String?, gain: Double,
                positions: [Double], side: Side, data: Data
            ) async throws {
            \(statements)
            }
            """
        return try await SwiftCompiler.check(source, as: "Example.swift", ["-parse-as-library"] + SwiftCompiler.modules)
    }

    @Test func aForgottenPayloadIsNamed() async throws {
        let findings = try await check("try service.sendEvent(.trialStarted)")
        #expect(findings.count == 1)
        #expect(findings.first?.contains("the payload is missing: this kind of event has one") == true, "\(findings)")
        #expect(try await check("try service.sendEvent(.tunnelEnter)") == [])
    }

    @Test func aPayloadOfAnotherKindIsRefused() async throws {
        let findings = try await check(#"try service.sendEvent(.tunnelEnter, ReasonContext(reason: ""))"#)
        #expect(findings.count == 1 && findings.first?.contains("ReasonContext") == true, "\(findings)")
    }

    /// A literal as people write them, long, with operators; and the same with one element that is no JSON.
    private static func literal(_ element: String) -> String {
        """
        let value: JSONValue = [
            "name": name, "count": count + 1, "gain": gain * 2.0 + 1, "note": note, "side": side, "none": nil, "one": 1,
            "negative": -count, "yes": true, "same": count == 3, "text": "\\(name) \\(count)",
            "deep": ["a": ["b": [name, count, gain, nil, ["c": gain / 2]]], "d": \(element)],
            "else": note ?? "none", "raw": side.rawValue, "which": count > 2 ? name : "few", "list": [1, 2.5, count],
            "positions": JSONValue(positions), "bool": .bool(count > 1), "null": .null, "size": data.count,
        ]
        _ = value
        """
    }

    @Test func aLongLiteralIsTakenAndItsFaultIsNamed() async throws {
        #expect(try await check(Self.literal("3")) == [])
        let clock = ContinuousClock()
        let began = clock.now
        let findings = try await check(Self.literal("Stranger()"))
        // It is found, and not given up: "unable to type-check this expression in reasonable time" comes after a minute.
        #expect(clock.now - began < .seconds(20) * Sanitizer.slowdown)
        #expect(findings.count == 1 && findings.first?.contains("JSONConvertible") == true, "\(findings)")
        let flat = try await check(#"let value: JSONValue = ["a": name, "b": Stranger()]; _ = value"#)
        #expect(flat.count == 1 && flat.first?.contains("'Stranger'") == true, "\(flat)")
    }

    @Test(arguments: [
        #"try service.sendDict(.propertyChange, ["n": name, "o": ["a": count, "b": "x"]])"#,
        #"_ = try await client.request(.getStatus, data: ["n": name, "side": side])"#,
        #"service.setDelegate { request in .success(["n": name, "data": request.data["x"]]) }"#,
        #"try service.sendEvent(.protocolEvent, ["step": count, "note": note])"#,
        #"let list: [JSONValue] = [1, .string(name), ["a": name], nil]; _ = list"#,
        #"let list: JSONValue = [name, count, [gain, [nil]]]; _ = list"#,
        #"let reply = ApiCommandRequestResponse.failed("no", data: ["left": count]); _ = reply"#,
        "try service.send(.event, data)", "try service.send(.event, data[2...])",
        "try data.withUnsafeBytes { try service.send(.event, $0) }", "try service.send(.event, positions.span.bytes)",
        "try service.send(.event, [1, 2, 3])",
    ])
    func isTaken(_ statement: String) async throws {
        #expect(try await check(statement) == [])
    }
}
