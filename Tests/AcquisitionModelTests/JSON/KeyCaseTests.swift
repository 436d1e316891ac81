import AcquisitionModel
import TestSupport
import Testing

/// The spelling of keys, against what pyhumps 3.8.0 was seen to do.
struct KeyCaseTests {
    /// One recorded call.
    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let input: JSONValue
        let camelized: JSONValue
        let decamelized: JSONValue

        var testDescription: String { name }

        static var all: [Vector] {
            get throws {
                try Fixtures.json("vectors/autotrainer-humps.json").array.map {
                    try $0.map { json in
                        let object = try JSONObject(json: json)
                        return Vector(
                            name: try object.read("name"),
                            input: withTextKeys(try object.read("input")),
                            camelized: withTextKeys(try object.read("camelize")),
                            decamelized: withTextKeys(try object.read("decamelize"))
                        )
                    }
                } ?? []
            }
        }

        /// Recorded dictionaries with keys that are no texts (`$pairs`) as objects with the keys that JSON gives them.
        private static func withTextKeys(_ json: JSONValue) -> JSONValue {
            if let pairs = json["$pairs"]?.array {
                return .object(pairs.map { ($0[0]?.string ?? $0[0]?.description ?? "", withTextKeys($0[1] ?? .null)) })
            }
            return switch json {
            case .array(let elements): .array(elements.map(withTextKeys))
            case .object(let object): .object(object.members.map { ($0.key, withTextKeys($0.value)) })
            default: json
            }
        }
    }

    @Test(arguments: try Vector.all)
    func doesAsRecorded(_ vector: Vector) {
        if let text = vector.input.string {
            #expect(KeyCase.camelize(text) == vector.camelized.string)
            #expect(KeyCase.decamelize(text) == vector.decamelized.string)
        } else {
            #expect(vector.input.withCamelCaseKeys.description == vector.camelized.description)
            #expect(vector.input.withSnakeCaseKeys.description == vector.decamelized.description)
        }
    }

    /// More of what pyhumps 3.8.0 does, found by comparing random keys: title-case letters, digits of other scripts,
    /// final sigma, numbers that are no digits, separators before the first capital.
    @Test(arguments: [
        ("-B", "-B", "-B"), ("-Bc", "-Bc", "-bc"), ("a-B-C", "aBC", "a_-b-_c"), ("a_B", "aB", "a__b"),
        ("_Ab", "_Ab", "_ab"),
        ("__aB", "__aB", "__a_b"), ("ǅx", "ǆx", "ǆx"), ("Aǅ", "aǅ", "aǆ"), ("A٣b", "A٣b", "a٣b"),
        ("aB٣C", "aB٣C", "a_b٣_c"),
        ("aΟΣ", "aΟΣ", "aος"), ("aΣ.b", "aΣ.b", "aσ.b"), ("²½", "²½", "²½"), ("一二", "一二", "一二"),
        ("a\u{1C}_b", "aB", "a_b"), ("a\u{A0}b", "ab", "ab"), ("a\u{200B}b", "a\u{200B}b", "a\u{200B}b"),
        ("İa", "i̇a", "i̇a"),
        ("x_ﬁ", "xFI", "x_ﬁ"), ("", "", ""), (" ", "", ""), ("A B", "A B", "A B"),
    ])
    func followsTheRules(_ key: String, _ camelized: String, _ decamelized: String) {
        #expect(KeyCase.camelize(key) == camelized)
        #expect(KeyCase.decamelize(key) == decamelized)
    }

    /// Whatever a peer calls a key, it is found, told from others and converted.
    @Test func takesAnyKey() throws {
        let keys = [
            "", "\0", "\u{0}A", "_", "__", "-", "A", "Z", "{", "\u{60}", "@", "\u{FF}", "e\u{301}", "\u{E9}", "\u{301}",
            "aE\u{301}",
            "\u{FFFD}", "\u{10FFFF}", "\u{1F468}\u{200D}\u{1F469}", "\u{130}", "\u{DF}", "\u{1C5}", "\u{3A3}", "9",
            "\u{661}", " ",
            "\r\n", "\u{1C}",
        ]
        var object = JSONObject()
        for round in 0..<2 {
            for (index, key) in keys.enumerated() {
                object.set(key, to: JSONValue(index))
                #expect(object.value(ofExactly: key)?.int == index, "\(key.debugDescription), round \(round)")
                #expect(object[key] != nil)
                #expect(KeyCase.camelize(key).utf8.count <= key.utf8.count * 3)
                #expect(KeyCase.decamelize(key).utf8.count <= key.utf8.count * 3 + 1)
            }
        }
        #expect(object.count == keys.count)
        let value = JSONValue.object(object)
        #expect(try JSONReader.read(value.encoded()).object == object)
        #expect(value.withCamelCaseKeys.object != nil && value.withSnakeCaseKeys.object != nil)
    }

    @Test func keysThatBecomeOneKeepTheFirstPlaceAndTheLastValue() {
        let value: JSONValue = ["foo_bar": 1, "z": [["in_ner": "va_lue"]], "fooBar": 2]
        #expect(value.withCamelCaseKeys.description == #"{"fooBar":2,"z":[{"inNer":"va_lue"}]}"#)
    }

    @Test func thereAreVectors() throws {
        #expect(try Vector.all.count > 90)
    }
}
