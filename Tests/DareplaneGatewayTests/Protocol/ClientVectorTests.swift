import AcquisitionRPC
import DareplaneGateway
import Logging
import TestSupport
import Testing

/// What the real control room was seen to write to a module, and to make of the answers. (What it makes of callbacks, of
/// macros and of its configuration is compared where the control room is tested.)
@Suite(.timeLimit(.minutes(1)))
struct ClientVectorTests {
    private func vector(_ name: String) throws -> JSONValue {
        let file = try Fixtures.data("vectors/dareplane-control-room.json")
        let all = try JSONReader.read(Array(file), limits: WireLimits(size: 1 << 24)).array ?? []
        return try #require(all.first { $0["name"]?.string == name })
    }

    /// Connects to a module; what it was sent until the connection was closed.
    @discardableResult
    private func whileConnected(
        to module: FakeModule = FakeModule(),
        _ body: @Sendable (ModuleConnection) async throws -> Void
    ) async throws -> String {
        let settings = ModuleClientSettings(greetingWithin: .milliseconds(200))
        return try await module.whileRunning { address in
            try await ModuleClient(address, settings: settings, logger: .silent).withConnection { try await body($0) }
            return await module.received()
        }
    }

    @Test(arguments: ["send-message-START;", "send-message-ECHO|{\"a\": 1}", "send-message-A;B"])
    func whatIsTypedGoesOutWithOneDelimiter(_ name: String) async throws {
        let vector = try vector(name)
        let message = try #require(vector["message"]?.string)
        let sent = try await whileConnected { try await $0.send(text: message) }
        #expect(sent == vector["bytes_sent"]?.string)
    }

    @Test func theCommandsAreAskedFor() async throws {
        let vector = try vector("get-pcommands")
        let names = try #require(vector["pcomms"]?.array).compactMap(\.string)
        let module = FakeModule(answers: ["GET_PCOMMS;": names.joined(separator: "|")])
        let sent = try await whileConnected(to: module) { connection in
            let found = try await connection.commands(within: .seconds(20))
            #expect(found == names)
        }
        #expect(sent == vector["bytes_sent"]?.string)
    }

    /// The real one takes no answer for an empty list; here it is an error.
    @Test func withoutAnswerThereIsNoList() async throws {
        #expect(try vector("get-pcommands-no-answer")["pcomms"] == [])
        try await whileConnected { connection in
            await #expect {
                try await connection.commands(within: .milliseconds(100))
            } throws: {
                ($0 as? GatewayError)?.code == .noAnswer
            }
        }
    }

    @Test func withoutSignOfLifeAModuleIsDown() async throws {
        let vector = try vector("is-up-no")
        let sent = try await whileConnected { connection in
            let isUp = try await connection.isUp()
            #expect(vector["result"]?.bool == isUp)
        }
        #expect(sent == vector["bytes_sent"]?.string)
    }

    @Test func aModuleThatDoesNotGreetIsWaitedForAndLeft() async throws {
        #expect(try vector("client-disconnect-no-banner")["server_saw"] == ["EOF"])
        #expect(try await whileConnected(to: FakeModule(greeting: "")) { _ in } == "")
    }

    @Test func whatTheRealCallbackServerGluesTogetherComesApart() throws {
        let text = try #require(vector("callback-server")["first_client_received"]?.string)
        var inbox = ModuleInbox()
        let expected: [ModuleInbox.Element] = [
            .banner("cbs"), .callback(Callback(module: "mod-b", name: "GO", payload: "{}")),
            .callback(Callback(module: "mod-b", name: "STOP", payload: "{}")),
        ]
        #expect(inbox.receive(text.utf8, at: .now) == expected)
    }
}
