import Testing
import ZeroMQ

@Suite(.enabled(if: Library.has("curve")))
struct CurveKeyTests {
    /// The server's public key in libzmq's own tests.
    private let text = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

    @Test func textAndBytesAgree() throws {
        let key = try #require(CurveKey(z85: text))
        #expect(key.bytes.count == 32)
        #expect(key.z85 == text)
        #expect(CurveKey(bytes: key.bytes) == key)
        #expect("\(key)" == "CURVE key")
    }

    @Test(arguments: ["", "short", String(repeating: " ", count: 40), String(repeating: "\u{0}", count: 40)])
    func refusesWhatIsNoKey(text: String) {
        #expect(CurveKey(z85: text) == nil)
        #expect(CurveKey(bytes: Array(text.utf8.prefix(31))) == nil)
    }

    @Test func aSecretKeyHasItsPublicKey() throws {
        let pair = try CurveKeyPair()
        #expect(try CurveKeyPair(secretKey: pair.secretKey) == pair)
        #expect(try CurveKeyPair() != pair)
    }
}
