import AcquisitionModel
import Foundation

/// A message that was received.
struct ReceivedMessage: Sendable, Hashable {
    let message: ApiMessage
    /// When, by this machine's clock.
    let date: Date
}

/// How the times of messages are shown.
enum TimeStyle: Sendable, Hashable {
    /// The wall clock at which they arrived.
    case wallClock
    /// The time since the one before.
    case delta
}

/// A published message on one line.
enum EventLine {
    /// For people: time, topic, what, and what more there is to say.
    static func text(
        _ received: ReceivedMessage,
        after previous: Date?,
        time: TimeStyle = .wallClock,
        dialect: Dialect,
        style: TextStyle
    ) -> String {
        let message = received.message
        let shown =
            switch time {
            case .wallClock: WallClock.timeOfDay(received.date)
            case .delta: WallClock.delta(previous.map { received.date.timeIntervalSince($0) } ?? 0)
            }
        let topic = message.topic.display(in: dialect)
        let padding = String(repeating: " ", count: max(0, 13 - TextWidth.of(topic)))
        let isEmergency = message.topic == .emergency
        let line = "\(style.dim(shown))  \(isEmergency ? style.bad(topic) : style.label(topic))\(padding)  "
        return line + content(message, dialect: dialect, style: style)
    }

    /// What a message says, without time and topic.
    static func content(_ message: ApiMessage, dialect: Dialect, style: TextStyle) -> String {
        switch message.content {
        case .heartbeat(let heartbeat): return SafeText.of(HeartbeatView.text(heartbeat))
        case .event(let event):
            let name = event.kind.name(in: dialect).map { "\($0) (\(event.kind.rawValue))" } ?? "\(event.kind.rawValue)"
            let context = compact(event.context)
            return style.heading(SafeText.of(name)) + (context.isEmpty ? "" : "  \(context)")
        case .commandResult(let response):
            let name = response.command.display(in: dialect)
            var parts = ["\(name): \(response.result)", "nonce=\(SafeText.of(response.nonce))"]
            if response.errorCode != 0 { parts.append("errorCode=\(response.errorCode)") }
            if let text = response.errorMessage, !text.isEmpty { parts.append(SafeText.of(text)) }
            let data = compact(response.data)
            if !data.isEmpty { parts.append(data) }
            return parts.joined(separator: "  ")
        case .json(let value): return compact(value)
        case .bytes(let error): return SafeText.of("\(message.payload.count) bytes that are no JSON: \(error)")
        case .notice(.missed(let count)): return style.bad("\(count) missed: published and not received")
        case .notice(.restarted): return style.bad("the service was restarted")
        }
    }

    /// For programs: one object.
    static func json(_ received: ReceivedMessage, dialect: Dialect) -> String {
        let message = received.message
        var line = JSONLine()
        line["topic"] = .integer(Int64(message.topic.rawValue))
        line["topicName"] = message.topic.name(in: dialect).map { .string($0) } ?? .null
        if case .event(let event) = message.content {
            line["kindName"] = event.kind.name(in: dialect).map { .string($0) } ?? .null
        } else {
            line["kindName"] = .null
        }
        let milliseconds = (received.date.timeIntervalSince1970 * 1000).rounded() / 1000
        line["receivedAt"] = .number(milliseconds)
        if case .notice(let notice) = message.content {
            switch notice {
            case .missed(let count): line["missed"] = .integer(Int64(count))
            case .restarted: line["restarted"] = true
            }
            line["payload"] = .null
        } else if let payload = try? PublishedPayload.read(message.payload).value {
            line["payload"] = payload
        } else {
            line["payload"] = .null
            line["payloadBase64"] = .string(Data(message.payload).base64EncodedString())
        }
        return line.description
    }

    /// For programs: so many messages are missing here, which came faster than they could be written.
    static func json(dropped: Int, at date: Date) -> String {
        var line = JSONLine()
        line["topic"] = .null
        line["topicName"] = .null
        line["kindName"] = .null
        line["receivedAt"] = .number((date.timeIntervalSince1970 * 1000).rounded() / 1000)
        line["dropped"] = .integer(Int64(dropped))
        line["payload"] = .null
        return line.description
    }

    /// Up to how many characters something nested is shown.
    private static let longestNested = 60

    /// Data in few characters: `trialId=3 outcome=success`. What is nested stays JSON where it is short; the whole of it
    /// is in the JSON output.
    static func compact(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .object(let object):
            object.members.map { "\(SafeText.of($0.key))=\(plain($0.value))" }.joined(separator: " ")
        default: plain(value)
        }
    }

    private static func plain(_ value: JSONValue) -> String {
        guard let text = value.string else {
            let json = SafeText.of(value.description)
            if json.count <= longestNested { return json }
            switch value {
            case .object(let object): return "{\(object.count) keys}"
            case .array(let elements): return "[\(elements.count) items]"
            default: return json
            }
        }
        // Text that would not be recognised as one value is shown as JSON.
        let isOne = !text.isEmpty && !text.contains { $0.isWhitespace || $0 == "\"" || $0 == "=" }
        return isOne ? SafeText.of(text) : SafeText.of(value.description)
    }
}

/// A heartbeat in a few words.
enum HeartbeatView {
    static func text(_ heartbeat: HeartbeatMessage) -> String {
        var text = "\(heartbeat.identifier) \(heartbeat.version)"
        if let implementation = heartbeat.implementation {
            text += " (\([implementation, heartbeat.implementationVersion].compactMap { $0 }.joined(separator: " ")))"
        }
        if heartbeat.auditDegraded == true { text += ", its audit file cannot be written" }
        return text
    }
}
