import Testing

@testable import AcquisitionModel

extension ApiCommand {
    /// No test uses it but where it stands in a `switch`, so that it is not defined before.
    fileprivate static let primePump = ApiCommand.define(90_201, "primePump")
    fileprivate static let farAway = ApiCommand.define(77_001, "farAway")
}

/// A lab's own command on its way in and out.
struct OwnCommandTests {
    private static func read(_ text: String, _ dialect: Dialect = .current) throws -> ApiCommandRequest {
        try ApiCommandRequest(bytes: Array(text.utf8), dialect: dialect)
    }

    /// The first request finds the constant, although Swift makes it only when it is looked at.
    @Test func isMatchedByItsConstant() throws {
        let request = try Self.read(#"{"command":90201,"nonce":1}"#)
        switch request.command {
        case .getStatus: Issue.record("another command")
        case .primePump: break
        default: Issue.record("\(request.command) is not matched")
        }
    }

    struct Row: CustomTestStringConvertible {
        let text: String
        let dialect: Dialect
        let command: Int
        let answered: Int

        init(_ text: String, _ command: Int, answered: Int, in dialect: Dialect = .current) {
            self.text = text
            self.dialect = dialect
            self.command = command
            self.answered = answered
        }

        var testDescription: String { "\(text) \(dialect)" }
    }

    @Test(arguments: [
        Row(#"{"command":90202}"#, 90_202, answered: 90_202),
        Row(#"{"command":90202.0}"#, 90_202, answered: 90_202),
        Row(#"{"command":90000}"#, 90_000, answered: 90_000),
        Row(#"{"command":90999}"#, 90_999, answered: 90_999),
        Row(#"{"command":89999}"#, 99_999, answered: 99_999),
        Row(#"{"command":91001}"#, 99_999, answered: 99_999),
        // The way of the Python package, which is answered as it asked.
        Row(#"{"command":99999,"customCommand":90202}"#, 90_202, answered: 99_999),
        Row(#"{"command":99999,"custom_command":90202}"#, 90_202, answered: 99_999),
        Row(#"{"command":90202,"customCommand":90202}"#, 90_202, answered: 90_202),
        Row(#"{"command":90202,"customCommand":5}"#, 90_202, answered: 90_202),
        Row(#"{"command":400,"customCommand":90202}"#, 400, answered: 400),
        Row(#"{"command":77777,"customCommand":90202}"#, 99_999, answered: 99_999),
        Row(#"{"command":99999,"customCommand":400}"#, 99_999, answered: 99_999),
        Row(#"{"command":99999,"customCommand":"90202"}"#, 99_999, answered: 99_999),
        Row(#"{"command":99999,"customCommand":[90202]}"#, 99_999, answered: 99_999),
        Row(#"{"command":99999}"#, 99_999, answered: 99_999),
        Row(#"{"command":"90202"}"#, 99_999, answered: 99_999),
        Row(#"{"command":77777}"#, 99_999, answered: 99_999),
        // Release 0.9.7 has no other numbers than its own in what it sends.
        Row(#"{"command":90202}"#, 90_202, answered: 99_999, in: .legacy),
        Row(#"{"command":99999,"customCommand":90202}"#, 90_202, answered: 99_999, in: .legacy),
        Row(#"{"command":120}"#, 99_999, answered: 99_999, in: .legacy),
        Row(#"{"command":100}"#, 100, answered: 100, in: .legacy),
        Row(#"{"command":false}"#, 0, answered: 0),
    ])
    func arrivesAndIsAnswered(_ row: Row) throws {
        let request = try Self.read(row.text, row.dialect)
        #expect(request.command.rawValue == row.command)
        let reply = ApiCommandReply(.success(), to: request, in: row.dialect)
        #expect(reply.command.rawValue == row.answered)
    }

    @Test func oneBeyondTheRangeIsKnownOnceItIsDefined() throws {
        #expect(ApiCommand.farAway.rawValue == 77_001)
        let request = try Self.read(#"{"command":77001}"#)
        #expect(request.command == .farAway)
        #expect(ApiCommandReply(.success(), to: request).command == .farAway)
        #expect(ApiCommandReply(.success(), to: request, in: .legacy).command == .userDefined)
    }
}
