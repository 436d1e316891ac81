import AcquisitionModel
import AcquisitionRPC
import Foundation
import TestSupport
import Testing

/// Clients and subscribers in Python, with both releases' libraries, at a service of this package.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct PythonClientTests {
    @Test(arguments: PythonRelease.allCases, Dialect.allCases)
    func clientsAreAnswered(_ release: PythonRelease, _ dialect: Dialect) async throws {
        let bench = try Bench(dialect)
        let seen = Seen()
        bench.service.setDelegate(
            seen.noting { request in
                request.command == .getStatus ? .success(["some_key": request.data]) : .unrecognized
            }
        )
        let client = try release.run("client.py", [try #require(bench.service.endpoints?.command.first)])
        let requests: [(text: String, result: Int, nonce: JSONValue)] = [
            (#"{"command": 400, "nonce": 1, "data": {"inner_key": "Some Value"}}"#, 100, 1),
            (#"{"command": 0, "nonce": 2}"#, 100, 2),
            (#"not json"#, 0, 0),
            (#"{"nonce": 4}"#, 0, 4),
            (#"{"command": 31, "nonce": "five"}"#, 0, "five"),
            (#"{"command": 400}"#, 100, 0),
        ]
        for request in requests {
            try client.write(request.text)
            let reply = try JSONReader.read(await client.line())
            #expect(reply["result"] == JSONValue(request.result) && reply["nonce"] == request.nonce)
            let keys = try JSONReader.read(reply.text("raw")).as(\.object).members.map(\.key)
            #expect(
                keys == ["nonce", "command", "result", "data", "errorKind", "errorCode", "errorMessage"]
            )
        }
        #expect(seen.requests.first?.data == ["inner_key": "Some Value"])
        try client.closeInput()
        #expect(await client.status() == 0, "\(client.errorsSoFar)")
        await bench.close()
    }

    @Test(arguments: PythonRelease.allCases, Dialect.allCases)
    func subscribersHear(_ release: PythonRelease, _ dialect: Dialect) async throws {
        let bench = try Bench(dialect) { $0.heartbeatInterval = .milliseconds(100) }
        let subscriber = try release.run("subscriber.py", [try #require(bench.service.endpoints?.subscriber.first)])
        _ = try await subscriber.line { $0.contains("subscribed") }
        // From the first heartbeat on nothing is missed.
        let heartbeat = try JSONReader.read(await subscriber.line())
        #expect(heartbeat["topic"] == 1001 && heartbeat["payload"]?["version"]?.string == dialect.release)
        try bench.service.sendEvent(.tunnelEnter)
        let stop = EmergencyStopContext(reason: "User Button", reasonCode: .userButton, activeAlarms: [])
        try bench.service.sendEvent(.emergencyStop, stop)
        try bench.service.sendCommandResult(ApiCommandRequestResponse(.success, command: .getStatus, nonce: 8))
        var messages: [JSONValue] = []
        while messages.count < 4 {
            let message = try JSONReader.read(await subscriber.line())
            if message["topic"] != 1001 { messages.append(message) }
        }
        #expect(messages.map { $0["topic"] } == [4001, 2001, 4001, 6001])
        #expect(messages[0]["payload"]?["kind"] == 1101 && messages[1]["payload"] == messages[2]["payload"])
        #expect(messages[1]["payload"]?["context"]?["reason"] == "User Button")
        #expect(messages[3]["payload"]?["nonce"] == 8)
        subscriber.send(signal: SIGTERM)
        #expect(await subscriber.status() == 0, "\(subscriber.errorsSoFar)")
        await bench.close()
    }
}
