import TestSupport
import Testing

@testable import AcquisitionModel

/// A request whose members are kept as bytes says what one says whose members were read.
struct LargeRequestTests {
    /// The request as it was read before large members were kept: all values are made.
    private struct Whole: Hashable {
        let command: ApiCommand
        let members: [JSONValue]
        let client: String?

        init(_ request: ApiCommandRequest) {
            command = request.command
            members = [request.commandValue, request.customCommand, request.nonce, request.data]
            client = request.client
        }

        init(_ bytes: [UInt8], limits: WireLimits) throws(UnreadableRequest) {
            let json: JSONValue
            do { json = try JSONReader.read(bytes, limits: limits) } catch {
                throw UnreadableRequest(error: error, nonce: nil)
            }
            guard let object = json.object else {
                throw UnreadableRequest(error: .expected("an object", found: json), nonce: nil)
            }
            guard let value = object["command"] else {
                let error = WireError(.missingKey, "The key is missing", path: "command")
                throw UnreadableRequest(error: error, nonce: object["nonce"])
            }
            switch value {
            case .array, .object:
                let error = WireError.expected("a number", found: value).inside("command")
                throw UnreadableRequest(error: error, nonce: object["nonce"])
            case .bool(false): command = .none
            default:
                let known = value.int.map(ApiCommand.init(rawValue:))
                command = known?.isKnown(in: .current) == true ? known ?? .none : .userDefined
            }
            members = [value, object["customCommand"] ?? -1, object["nonce"] ?? 0, object["data"] ?? .null]
            client = object["client"]?.string
        }
    }

    private static func outcome<Value>(
        _ body: () throws(UnreadableRequest) -> Value
    ) -> Result<Value, UnreadableRequest> {
        do { return .success(try body()) } catch { return .failure(error) }
    }

    /// Random members of every size under every spelling, twice and more, whole and damaged.
    @Test(arguments: [SeededGenerator(seed: 11), SeededGenerator()])
    func saysWhatAWholeOneSays(_ generator: SeededGenerator) throws {
        var random = generator
        let keys = [
            "command", "customCommand", "custom_command", "nonce", "data", "client", "d\\u0061ta", "n\\u006fnce",
            "Data", "unknown", "cafe\u{301}",
        ]
        let damage = Array("{}[],:\"\\\u{1}é9".utf8) + [0xFF]
        for round in 0..<400 {
            var text = Array("{\"command\":3".utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let key = keys.randomElement(using: &random) ?? ""
                text += Array(",\"\(key)\":".utf8)
                text += try Self.member(using: &random).encoded()
            }
            text += Array("}".utf8)
            var changed = text
            changed[Int.random(in: text.indices, using: &random)] = damage.randomElement(using: &random) ?? 0
            let cut = Array(text.prefix(Int.random(in: 0...text.count, using: &random)))
            for bytes in [text, changed, cut] {
                for limits in [WireLimits.standard, WireLimits(size: 4000, depth: 4)] {
                    let request = Self.outcome { () throws(UnreadableRequest) in
                        Whole(try ApiCommandRequest(bytes: bytes, limits: limits))
                    }
                    let whole = Self.outcome { () throws(UnreadableRequest) in try Whole(bytes, limits: limits) }
                    #expect(request == whole, "seed \(random.seed), round \(round)")
                }
            }
        }
    }

    private static func member(using random: inout SeededGenerator) -> JSONValue {
        let value = JSONValue.random(depth: 4, using: &random)
        let isLarge = Bool.random(using: &random)
        return isLarge ? .array(Array(repeating: value, count: Int.random(in: 1...200, using: &random))) : value
    }

    // MARK: - Comparing

    private static func request(data: String, nonce: String = "7") throws -> ApiCommandRequest {
        try ApiCommandRequest(bytes: Array("{\"command\":3,\"nonce\":\(nonce),\"data\":\(data)}".utf8))
    }

    private static func list(_ count: Int, _ separator: String = ",") -> String {
        "[" + Array(repeating: "{\"x\":[1,2]}", count: count).joined(separator: separator) + "]"
    }

    @Test func isEqualByItsValues() throws {
        let request = try Self.request(data: Self.list(500))
        #expect(try request == Self.request(data: Self.list(500)))
        #expect(try request == Self.request(data: Self.list(500, " , ")), "other bytes, the same values")
        #expect(try request != Self.request(data: Self.list(501)))
        #expect(try request != Self.request(data: Self.list(500), nonce: "8"))

        var read = request
        read.data = request.data
        #expect(read == request, "read or unread")
        #expect(read.hashValue == request.hashValue)
        #expect(try request.hashValue == Self.request(data: Self.list(500, " , ")).hashValue)
        read.data = ["other": 1]
        #expect(read != request)
        #expect(read.data == ["other": 1])
        #expect(request.data[499]?["x"]?[1] == 2, "a copy is not changed")
    }

    /// Long text is the same text, however it is escaped.
    @Test func hashesTextByItsValue() throws {
        let plain = String(repeating: "A", count: 300)
        let escaped = String(repeating: "\\u0041", count: 300)
        let (left, right) = try (
            Self.request(data: "1", nonce: "\"\(plain)\""), Self.request(data: "1", nonce: "\"\(escaped)\"")
        )
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(try left.hashValue != Self.request(data: "1").hashValue)
    }

    /// A large nonce comes back as it was, and so does the rest.
    @Test func echoesALargeNonce() throws {
        let nonce = Self.list(300)
        let request = try Self.request(data: "null", nonce: nonce)
        let reply = try ApiCommandReply(json: JSONReader.read(ApiCommandReply(.success(), to: request).bytes()))
        #expect(reply.nonce.description == nonce)
        #expect(try ApiCommandRequest(bytes: request.encoded()) == request)
    }

    /// The key of a nonce is the same for the same JSON, and weighs what its text weighs.
    @Test func aNonceIsAKey() throws {
        let nonces: [JSONValue] = [0, 7, 7.5, "7", nil, true, [], [7], ["a": 7], ["a": [7]]]
        #expect(Set(nonces.map(NonceKey.init)).count == nonces.count)
        for nonce in nonces {
            #expect(NonceKey(try JSONReader.read(nonce.description)) == NonceKey(nonce))
            #expect(NonceKey(nonce).weight < 100)
        }
        let large = Self.list(5_000)
        let key = try Self.request(data: "1", nonce: large.replacing(",", with: " , ")).nonceKey
        #expect(key == NonceKey(try JSONReader.read(large)))
        #expect(key.weight < large.utf8.count + 100)
    }
}
