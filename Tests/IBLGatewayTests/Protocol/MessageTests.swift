import AcquisitionModel
import GatewayCore
import IBLGateway
import TestSupport
import Testing

struct MessageTests {
    static let login = AlyxLogin(url: "https://alyx.example.org", user: "lab", token: ["token": "abc"])

    @Test(arguments: [
        (RigMessage.initialize(), #"[1, null]"#),
        (.initialize(["é": [1, 2.5, true]]), #"[1, {"\u00e9": [1, 2.5, true]}]"#),
        (.start(nil), #"[2, null, null]"#),
        (.stop("foo"), #"[4, "foo"]"#),
        (.stop(immediately: true), #"[16, null]"#),
        (.cleanup(8), #"[8, 8]"#),
        (.status(.running), #"[32, 20]"#),
        (.info(.initialized, ["k": 1]), #"[64, 10, {"k": 1}]"#),
        (.alyx(login), #"[128, "https://alyx.example.org", {"lab": {"token": "abc"}}]"#),
        (.alyx(nil), #"[128, null, {}]"#),
        (.alyx(nil, url: "u"), #"[128, "u", {}]"#),
        (.failure("ValueError: x", of: .start), #"[0, "ValueError: x", 2]"#),
    ])
    func written(_ message: RigMessage, _ bytes: String) throws {
        #expect(text(message.encoded) == bytes)
        #expect(try RigMessage(reading: message.encoded) == message)
    }

    @Test func whatMessagesSay() throws {
        let start = RigMessage.start(try ExperimentReference("2020-01-01_1_baz"), ["a": 1])
        #expect(start.referenceText == "2020-01-01_1_baz" && start.data == ["a": 1] && start.status == nil)
        let info = RigMessage.info(.stopped, "x")
        #expect(info.status == .stopped && info.data == "x" && info.referenceText == nil && info.failure == nil)
        #expect(RigMessage.alyx(Self.login).login == Self.login && RigMessage.alyx(nil, url: "u").login == nil)
        let failure = try #require(RigMessage.failure("x", of: .end).failure)
        #expect(failure.text == "x" && failure.event == .end)
        #expect(RigMessage(.error, []).failure?.event == nil && RigMessage(.end, []).data == .null)
        #expect("\(ExpMessage.interrupt) \(ExpStatus.running) \(ExpStatus(rawValue: 7))" == "EXPINTERRUPT RUNNING 7")
    }

    @Test(arguments: ["null", "\"\"", "false", "0", "0.0", "[]", "{}", "-0"])
    func everyFormOfNothingIsAnError(_ event: String) throws {
        #expect(try RigMessage(reading: utf8("[\(event), \"x\", 2]")).event == .error)
    }

    @Test(arguments: [
        "", "x", "12", "\"abc\"", "{\"a\": 1}", "[]", "[1]", "[3, null]", "[256, null]", "[-1, null]", "[1.0, null]",
        "[[1], null]", "[\"EXPSTOP\", 1]", "[1, null", "[99999999999999999999, 1]",
        String(repeating: "[", count: 100_000),
    ])
    func noMessages(_ bytes: String) {
        #expect { try RigMessage(reading: utf8(bytes)) } throws: { ($0 as? GatewayError)?.code == .badMessage }
    }

    @Test(arguments: ["2026-01-01_1_mouse", "2024-02-29_0_a", "1999-12-31_999_KS.0-1_x"])
    func references(_ reference: String) throws {
        #expect("\(try ExperimentReference(reference))" == reference)
    }

    @Test func referencesAreMadeFromParts() throws {
        let reference = try ExperimentReference(date: "2020-01-01", number: 1, subject: "baz")
        #expect("\(reference)" == "2020-01-01_1_baz")
        #expect(try reference == ExperimentReference("2020-01-01_001_baz"))
    }

    @Test(arguments: [
        "", "mouse", "2026-01-01", "2026-01-01_1", "2026-01-01_1_", "2026-01-01__mouse", "2026-1-1_1_mouse",
        "2026-02-29_1_mouse", "1900-02-29_1_m", "2026-13-01_1_mouse", "2026-00-01_1_m", "2026-01-00_1_m",
        "2026-01-01_-1_mouse", "2026-01-01_1000_mouse", "2026-01-01_1_mo use", "2026-01-01_1_mäuse", "٢٠٢٦-01-01_1_m",
        "2026-01-01_1_a/b", "2026-01-01_1_a\n",
    ])
    func noReferences(_ reference: String) {
        #expect { try ExperimentReference(reference) } throws: { ($0 as? GatewayError)?.code == .badValue }
    }

    @Test(arguments: ["", ":1", "udp://", "http://a", "a:0", "a:x", "a:-1", "a:+1", "[::1", "[::1]5", "a b", "a:99999"])
    func noAddresses(_ address: String) {
        #expect { try RigURI(address) } throws: { ($0 as? GatewayError)?.code == .badValue }
    }

    @Test(arguments: [
        ("", false), ("x", false), ("x0", false), ("x0y", false), ("[0, 1]", false), ("[ 0, 1]", true), ("[1]", true),
        ("12", true), ("é0", false), ("éx", true), ("  ", true),
    ])
    func whatIsEchoed(_ bytes: String, _ isOwed: Bool) {
        #expect(EchoRule.isOwed(for: utf8(bytes)) == isOwed)
    }

    @Test func noTextIsNotEchoed() {
        #expect(!EchoRule.isOwed(for: [0x5B, 0x31, 0x2C, 0xFF]))
    }
}
