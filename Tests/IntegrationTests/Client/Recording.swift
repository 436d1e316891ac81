import AcquisitionModel
import Testing

/// Bytes that some release sent: a reply, or published messages.
struct Recording: Sendable, CustomTestStringConvertible {
    let name: String
    let release: String
    /// What the reply was given to; nil where that is no request.
    var request: ApiCommandRequest?
    var reply: [UInt8] = []
    var messages: [[[UInt8]]] = []

    var testDescription: String { "\(release) \(name)" }

    /// Every reply that was recorded, of every release.
    static func replies() throws -> [Recording] {
        let vectors = try Vectors.both("request_reply").compactMap { vector -> Recording? in
            guard let reply = vector["response_frames_hex"]?[0]?.hexBytes else { return nil }
            let request = try? ApiCommandRequest(bytes: vector.request.first ?? [], dialect: vector.dialect)
            return Recording(name: vector.name, release: vector.dialect.release, request: request, reply: reply)
        }
        let probes = try probes().flatMap { release, observed in
            ["success", "none_cmd", "unknown_100", "invalid"].compactMap { key -> Recording? in
                guard let reply = observed[key]?.string else { return nil }
                return Recording(name: key, release: release, reply: Array(reply.utf8))
            }
        }
        return vectors + probes
    }

    /// Everything that was published, of every release.
    static func publications() throws -> [Recording] {
        let vectors = try (Vectors.both("publish") + Vectors.both("publish-sequence")).map { vector in
            let messages = try vector.json.list("messages").map { message in
                try message.list("frames_hex").map { try $0.as(\.hexBytes) }
            }
            return Recording(name: vector.name, release: vector.dialect.release, messages: messages)
        }
        let probes = try probes().flatMap { release, observed in
            try ["pub", "heartbeat"].map { key in
                let messages = try observed.list(key).map { message in
                    let topic = ApiTopic(rawValue: UInt32(try (message[0] ?? .null).as(\.int)))
                    return [topic.frame, Array(try (message[1] ?? .null).as(\.string).utf8)]
                }
                return Recording(name: key, release: release, messages: messages)
            }
        }
        return (vectors + probes).filter { !$0.messages.isEmpty }
    }

    private static func probes() throws -> [(release: String, observed: JSONValue)] {
        try Vectors.file("autotrainer-versions").map { (try $0.text("version"), try $0.need("observed")) }
    }
}
