import AcquisitionModel
import Testing

@testable import AcquisitionRPC

/// Which replies and results are taken for a request's own, and of what service.
struct ReplyMatchTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var why: String
        var request = ApiCommandRequest(.getStatus, nonce: 5)
        var reply: ApiCommandReply
        /// The services of which it is taken.
        var taken: Set<NonceFidelity>
        var testDescription: String { why }

        init(
            _ why: String,
            _ command: ApiCommand = .getStatus,
            nonce: JSONValue = 5,
            value: JSONValue? = nil,
            _ answered: ApiCommand? = nil,
            _ answer: JSONValue? = nil,
            result: ApiCommandRequestResult = .success,
            kind: ApiCommandRequestErrorKind = .none,
            taken: Set<NonceFidelity>
        ) {
            self.why = why
            request = ApiCommandRequest(command, nonce: nonce)
            if let value { request.commandValue = value }
            reply = ApiCommandReply(
                nonce: answer ?? nonce,
                command: answered ?? command,
                result: result,
                errorKind: kind
            )
            self.taken = taken
        }
    }

    private static let all: Set<NonceFidelity> = [.exact, .damagesTexts, .losesSigns]
    private static let python: Set<NonceFidelity> = [.damagesTexts, .losesSigns]
    private static let old: Set<NonceFidelity> = [.losesSigns]
    private static let big = (try? JSONReader.read("123456789012345678901234567890")) ?? .null

    static let rows: [Row] = [
        Row("its own", taken: all),
        Row("another nonce", .getStatus, .getStatus, 6, taken: []),
        Row("another command", .getStatus, .getAnimals, taken: []),
        Row("no nonce", .getStatus, .getStatus, 0, taken: []),
        Row("no command", .getStatus, ApiCommand.none, taken: all),
        Row("neither", .getStatus, ApiCommand.none, 0, taken: []),
        Row("no command, under a nonce that stands for none", nonce: 0, ApiCommand.none, 0, taken: []),
        // A request that was not understood.
        Row("not understood", .getStatus, ApiCommand.none, 0, result: .unrecognized, taken: all),
        Row("not understood, with the nonce", .getStatus, ApiCommand.none, 5, result: .unrecognized, taken: all),
        Row("another's, not understood", .getStatus, ApiCommand.none, 6, result: .unrecognized, taken: []),
        Row("NONE from 0.9.18 on", .none, ApiCommand.none, 0, result: .unrecognized, taken: all),
        Row("NONE of this package", .none, ApiCommand.none, 5, taken: all),
        // The service could not write the nonce.
        Row("a nonce that is lost", .getStatus, .getStatus, 0, kind: .systemError, taken: all),
        Row("a nonce that is lost, of another command", .getStatus, .getAnimals, 0, kind: .systemError, taken: []),
        // What the service does not know is 99999.
        Row("a number that is not known", ApiCommand(rawValue: 1095), .userDefined, taken: all),
        Row("text for a command", .userDefined, value: "GET_STATUS", .userDefined, taken: all),
        Row("400.0", .userDefined, value: 400.0, .getStatus, taken: all),
        Row("false", .userDefined, value: false, ApiCommand.none, result: .unrecognized, taken: all),
        // Numbers.
        Row("5.0 for 5", nonce: 5, nil, 5.0, taken: all),
        Row("NaN is written as null", nonce: .number(.nan), nil, .null, taken: all),
        Row("null", nonce: .null, taken: all),
        Row("null for 5", nonce: 5, nil, .null, taken: []),
        Row("a large number", nonce: big, taken: all),
        Row("the largest", nonce: .integer(.max), taken: all),
        Row("the smallest", nonce: .integer(.min), nil, .integer(.max), taken: old),
        Row("a lost sign", nonce: -5, nil, 5, taken: old),
        Row("a lost sign of a fraction", nonce: -2.5, nil, 2.5, taken: old),
        Row("a lost sign of an exponent", nonce: 1e-07, nil, 1e07, taken: old),
        Row("a sign that was not there", nonce: 5, nil, -5, taken: []),
        Row("true for 1", nonce: 1, nil, true, taken: []),
        // Texts.
        Row("a text", nonce: "Run 7", taken: all),
        Row("a text that lost its capitals", nonce: "Run 7", nil, "_run7", taken: python),
        Row("a text that lost its dashes", nonce: "2025-01-02_x", nil, "20250102X", taken: python),
        Row("another text", nonce: "Run 7", nil, "Run 8", taken: []),
        Row("a text for a number", nonce: 5, nil, "5", taken: []),
        Row("a list", nonce: ["A b", -1], nil, ["_ab", 1], taken: python),
    ]

    @Test(arguments: rows) func repliesAreCompared(row: Row) {
        let identity = RequestIdentity(row.request)
        for fidelity in Self.all {
            #expect(identity.isAnswered(by: row.reply, fidelity) == row.taken.contains(fidelity), "\(fidelity)")
        }
    }

    @Test func resultsAreComparedByNonceAndByTheCommandWhereItIsThere() {
        let own = RequestIdentity(ApiCommandRequest(.setApplicationMode, nonce: 5))
        func result(_ command: ApiCommand, _ nonce: JSONValue) -> ApiCommandRequestResponse {
            ApiCommandRequestResponse(.success, command: command, nonce: nonce)
        }
        #expect(own.isEnded(by: result(.setApplicationMode, 5), .exact))
        #expect(own.isEnded(by: result(.userDefined, 5), .exact), "a number that is not known")
        #expect(own.isEnded(by: result(.none, 5), .exact), "a dictionary without a command")
        #expect(!own.isEnded(by: result(.setTrainingMode, 5), .losesSigns))
        #expect(!own.isEnded(by: result(.setApplicationMode, 6), .losesSigns))
        #expect(!own.isEnded(by: result(.none, -1), .losesSigns), "neither: whose it is cannot be known")
        // Nonces that stand for none.
        for nonce: JSONValue in [0, -1] {
            let request = RequestIdentity(ApiCommandRequest(.setApplicationMode, nonce: nonce))
            #expect(request.isEnded(by: result(.setApplicationMode, nonce), .exact))
            #expect(!request.isEnded(by: result(.none, nonce), .exact))
        }
    }

    @Test func whatAServiceDoesToNoncesFollowsFromItsHeartbeat() {
        func fidelity(_ version: String, _ implementation: String? = nil) -> NonceFidelity {
            NonceFidelity(
                HeartbeatMessage(identifier: "", version: version, timestamp: 0, implementation: implementation)
            )
        }
        #expect(NonceFidelity(nil) == .losesSigns)
        for version in ["0.9.0", "0.9.7", "0.9.13"] { #expect(fidelity(version) == .losesSigns) }
        for version in ["0.9.14", "0.10.0", "0.12.0", "1.0.0", "", "x"] { #expect(fidelity(version) == .damagesTexts) }
        #expect(fidelity("0.9.7", "AcquisitionRPC") == .exact)
    }
}
