import AcquisitionModel
@testable import ConsoleCommands
import Foundation

/// A published message: 4 bytes of topic, and the payload.
enum PublishedTarget {
    private static let date = Date(timeIntervalSince1970: 1)
    /// A line for programs is one level deeper than its payload, and escapes may make it longer.
    private static let lineLimits = WireLimits(size: 16 << 20, depth: WireLimits.fromService.depth + 1)

    static func test(_ bytes: [UInt8]) {
        let (topic, payload) = (Array(bytes.prefix(4)), Array(bytes.dropFirst(4)))
        for frames in [[], [payload], [payload, topic, payload], [topic, payload]] {
            do {
                let message = try ApiMessage(frames: frames)
                require(message.payload == frames.last, "the last frame is the payload")
                require(message.topic.frame == frames[frames.count - 2], "the topic is the frame before")
                check(message)
            } catch {
                requireNamed(error, in: 0)
                require(error.rule == .frames, "only the frames can make a message unreadable: \(error)")
            }
        }
    }

    private static func check(_ message: ApiMessage) {
        switch message.content {
        case .heartbeat(let heartbeat): checkRoundTrip(heartbeat)
        case .commandResult(let result): checkRoundTrip(result)
        case .event(let event):
            checkPayload(of: event)
            checkRoundTrip(event)
        case .json(let value): ReaderProperties.checkRoundTrip(value)
        case .bytes(let error): requireNamed(error, in: message.payload.count)
        case .notice: require(false, "nothing that was published is a notice of the client's own")
        }
        checkShown(message)
    }

    /// Written and read again, in either dialect, a message is the same.
    private static func checkRoundTrip<Value: WireCodable>(_ value: Value) {
        let text = succeed("what was read can be written") { try value.encoded(limits: .fromService) }
        let wrapped = succeed("and wrapped") { try String(decoding: text, as: UTF8.self).encoded(limits: .fromService) }
        for (bytes, layers) in [(text, 1), (wrapped, 2)] {
            let read = succeed("what was written can be read") { try PublishedPayload.read(bytes) }
            require(read.layers == layers, "\(layers) layers are read as \(read.layers)")
            let again = succeed("what was written has its form") { try Value(json: read.value).encoded() }
            require(again == text, "written and read again, it is the same")
        }
    }

    /// A context has its kind's form or is refused by a rule; what has it keeps it.
    private static func checkPayload(of event: ApiEvent) {
        do {
            try EventCatalogue.validate(context: event.context, for: event.kind)
        } catch {
            return requireNamed(error, in: 0)
        }
        guard let type = EventCatalogue.payloads[event.kind] else { return }
        checkForm(type, event.context)
    }

    private static func checkForm<Value: WireCodable>(_ type: Value.Type, _ context: JSONValue) {
        checkRoundTripOfForm(succeed("a context that is valid can be read") { try type.init(json: context) })
    }

    private static func checkRoundTripOfForm<Value: WireCodable>(_ payload: Value) {
        let text = succeed("a payload that was read can be written") { try payload.encoded() }
        let again = succeed("and read again") { try Value(json: JSONReader.read(text)).encoded() }
        require(again == text, "written and read again, a payload is the same")
    }

    /// What the console prints is one line and leaves the terminal alone; what it prints for programs is JSON.
    private static func checkShown(_ message: ApiMessage) {
        let received = ReceivedMessage(message: message, date: date)
        for dialect in Dialect.allCases {
            let content = EventLine.content(message, dialect: dialect, style: .plain)
            requireHarmless(content)
        }
        if case .json(let value) = message.content, let reply = try? ApiCommandReply(json: value) {
            requireHarmless(ReplyView.failure(reply, named: "reply").message)
        }
        let json = succeed("the line for programs is JSON") {
            try JSONReader.read(EventLine.json(received, dialect: .current), limits: lineLimits)
        }
        require(json["topic"]?.int == Int(message.topic.rawValue), "the line for programs has the topic")
    }
}

/// Text for a terminal holds nothing that moves the cursor, changes colours or turns the writing round.
func requireHarmless(_ text: String) {
    let isHarmless = text.unicodeScalars.allSatisfy { !isControl($0) }
    require(isHarmless, "a line has no control characters: \(text.debugDescription)")
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
}
