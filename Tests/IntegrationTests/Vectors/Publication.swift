import AcquisitionModel
import Testing

/// What came of one call that sends.
struct Publication: Equatable, Sendable {
    /// The messages in their order: topic, layers of JSON, JSON in one spelling.
    var messages: [String]
    /// Whether the caller was told that the message cannot be sent.
    var isRefused: Bool

    /// What the original published.
    init(recorded vector: Vector) throws {
        messages = try vector.json.list("messages").map { message in
            try Self.text(try message.list("frames_hex").map { try $0.as(\.hexBytes) })
        }
        isRefused = vector["raised"]?.isNull == false
    }

    init(frames: [[[UInt8]]], isRefused: Bool) throws {
        messages = try frames.map(Self.text)
        self.isRefused = isRefused
    }

    /// One message in one spelling.
    static func text(_ frames: [[UInt8]]) throws -> String {
        try #require(frames.count == 2)
        let topic = try #require(ApiTopic(frame: frames[0])).rawValue
        guard let (value, layers) = layers(frames[1]) else {
            return "\(topic) raw \(String(decoding: frames[1], as: UTF8.self))"
        }
        return text(topic, layers, value)
    }

    static func text(_ topic: UInt32, _ layers: Int, _ value: JSONValue) -> String {
        "\(topic) layers \(layers) \(WireText.canonical(value))"
    }

    /// The JSON in a payload and how many layers it has; nil for what is no JSON.
    static func layers(_ payload: [UInt8]) -> (JSONValue, Int)? {
        guard let outer = try? JSONReader.read(payload, limits: .fromService, tolerance: .oldReleases) else {
            return nil
        }
        guard case .string(let text) = outer,
            let inner = try? JSONReader.read(text, limits: .fromService, tolerance: .oldReleases)
        else { return (outer, 1) }
        return (inner, 2)
    }
}

extension Vector {
    /// The message as given to the API, its tags translated, keys as they are.
    var message: JSONValue {
        get throws { try Tags.translate(input["message"] ?? .null, dialect) }
    }

    /// What the message is on the wire when only its keys are converted, and what is no number is null.
    var intactMessage: JSONValue {
        get throws { try message.convertingKeys(KeyCase.camelize).withNulls }
    }

    /// The text into which release 0.9.7 turns the message: as if it were one key.
    var damagedText: String {
        get throws { KeyCase.camelize(WireText.python(try message)) }
    }
}

extension Divergence<Publication> {
    /// Every divergence of what is published.
    static let published: [Divergence] = [intactValues, refusal, moreIsWritable, topicRange]

    static let intactValues = Divergence(
        name: "published values stay intact",
        original: "0.9.7 sends the whole text through its key conversion: blanks, `_`, `-` and minus signs vanish "
            + "from values, NaN is sent as a bare word (Q2, Q3, Q6, Q7)",
        ours: "only keys are converted; what is not a number is null",
        why: "a damaged value is of no use to anybody, and clients cannot tell it from a whole one",
        applies: { vector in
            guard vector.dialect == .legacy, vector.isWritten, vector.isJSON else { return false }
            let damaged = try JSONReader.read(vector.damagedText, tolerance: .oldReleases)
            return WireText.canonical(damaged) != WireText.canonical(try vector.intactMessage)
        },
        turn: { publication, vector in
            let intact = try vector.intactMessage
            // The rule explains what was recorded, byte for byte.
            let recorded = try #require(vector["messages"]?[0]?["payload_utf8"]?.string)
            #expect(try JSONReader.read(recorded).string == vector.damagedText)
            publication.messages = try vector.json.list("messages").map { message in
                Publication.text(UInt32(try message.number("topic")), 2, intact)
            }
        }
    )

    static let refusal = Divergence(
        name: "a message that cannot be written is refused",
        original: "the call returns true; the thread dies, and from 0.9.16 on the heartbeats with it (Q12); 0.9.7 logs "
            + "and drops the message",
        ours: "the call throws cannotEncode with the rule; nobody else is harmed. (Swift's bytes and sets have no "
            + "JSON form at all; what nests too deep takes their place)",
        why: "the sender is the one who can mend it",
        applies: { $0.isNamed("value-bytes", "value-set", "command-result-unserialisable") },
        turn: { publication, _ in publication.isRefused = true }
    )

    static let moreIsWritable = Divergence(
        name: "0.9.7's unwritable values are written",
        original: "0.9.7 drops a message with a date, or with a key that is no text",
        ours: "a date is sent as ISO text, a key as its text, as release 0.12.0 does",
        why: "Swift knows no difference: both are text before they reach the service",
        applies: { $0.dialect == .legacy && $0.isNamed("value-date", "uuid-as-key") },
        turn: { publication, vector in
            let topic = UInt32(try vector.input.number("topic"))
            publication.messages = [Publication.text(topic, 2, try vector.intactMessage)]
        }
    )

    static let topicRange = Divergence(
        name: "topics have 32 bits",
        original: "0.9.7 takes any integer and dies, or logs, when it does not fit (Q24)",
        ours: "a topic is a UInt32; another number cannot be written down",
        why: "the compiler refuses what the wire cannot carry",
        applies: { $0.isNamed("raw-negative-topic", "dict-topic-too-big") },
        turn: { publication, _ in publication.isRefused = true }
    )
}

extension Vector {
    /// Whether the original published anything.
    fileprivate var isWritten: Bool { self["messages"]?.array?.isEmpty == false }
    /// Whether the input is a dictionary and not bytes or text.
    fileprivate var isJSON: Bool { input["api"]?.string?.hasSuffix("send_dict") == true }
}

extension JSONValue {
    /// The value with null in the place of every NaN and infinity.
    var withNulls: JSONValue {
        switch self {
        case .number(let value) where !value.isFinite: .null
        case .array(let elements): .array(elements.map(\.withNulls))
        case .object(let object): .object(object.members.map { ($0.key, $0.value.withNulls) })
        default: self
        }
    }
}
