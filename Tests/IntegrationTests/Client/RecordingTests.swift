import AcquisitionModel
import AcquisitionRPC
import Testing
import ZeroMQ

/// Everything that any release was seen to send, played to the client from raw sockets.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct RecordingTests {
    @Test(arguments: try Recording.replies())
    func understandsReplies(_ recording: Recording) async throws {
        let json = try JSONReader.read(recording.reply, limits: .fromService, tolerance: .oldReleases)
        for kind in [SocketKind.rep, .router] {
            let service = try RecordedService(kind)
            if kind == .router {
                // A client that knows the release expects no other damage than that release does.
                let heartbeat = HeartbeatMessage(identifier: "rig", version: recording.release, timestamp: 0)
                _ = try await service.publish([[ApiTopic.heartbeat.frame, heartbeat.encoded()]])
            }
            // What it was given to; where that is not known, what it says that it was given to.
            let command = ApiCommand(rawValue: try json.number("command"))
            let request = try recording.request ?? ApiCommandRequest(command, nonce: json.need("nonce"))
            let reply = try await service.exchange(request, reply: recording.reply)
            #expect(WireText.canonical(reply.nonce) == WireText.canonical(try json.need("nonce")))
            #expect(reply.command.rawValue == (try json.number("command")))
            #expect(reply.result.rawValue == json["result"]?.int ?? 0)
            #expect(WireText.canonical(reply.data) == WireText.canonical(try json.need("data")))
            #expect(reply.errorKind.rawValue == (try json.number("errorKind")))
            #expect(reply.errorCode == json["errorCode"]?.int ?? 0)
            #expect(reply.errorMessage == json["errorMessage"]?.string)
            // The client goes on, and the next reply belongs to the next request.
            let next = Array(#"{"nonce":1,"command":0,"result":100}"#.utf8)
            let nextRequest = ApiCommandRequest(.getStatus, nonce: 1)
            #expect(try await service.exchange(nextRequest, reply: next).result == .success)
            await service.close()
        }
    }

    @Test(arguments: try Recording.publications())
    func understandsWhatIsPublished(_ recording: Recording) async throws {
        let service = try RecordedService()
        let heard = try await service.publish(recording.messages)
        #expect(heard.map(\.payload) == recording.withoutCopies.map { $0[1] })
        for (message, frames) in zip(heard, recording.withoutCopies) {
            #expect(message.topic.frame == frames[0])
            try expect(message.content, from: frames)
        }
        if let heartbeat = recording.messages.first, heartbeat[0] == ApiTopic.heartbeat.frame,
            case .heartbeat(let message)? = heard.first?.content
        {
            #expect(service.client.lastHeartbeat?.version == message.version)
            #expect(service.client.currentLiveness == .online)
            #expect(service.client.dialect == Dialect(release: recording.release))
        }
        await service.close()
    }

    /// Expects the content that the JSON in the payload says, values as they came.
    private func expect(_ content: ApiMessage.Content, from frames: [[UInt8]]) throws {
        let json = Publication.layers(frames[1])?.0
        switch content {
        case .event(let event):
            let kind = try #require(json?["kind"])
            #expect(event.kind.rawValue == kind.int ?? kind.string.flatMap { Int($0) })
            #expect(event.when.json == json?["when"] ?? .null)
            #expect(event.index == json?["index"]?.int ?? 0)
            #expect(WireText.canonical(event.context) == WireText.canonical(json?["context"] ?? .null))
            #expect(event.repeat == json?["repeat"]?.int)
        case .heartbeat(let heartbeat):
            #expect(heartbeat.identifier == json?["identifier"]?.string)
            #expect(heartbeat.version == json?["version"]?.string)
            #expect(heartbeat.timestamp == json?["timestamp"]?.double)
        case .commandResult(let response):
            #expect(response.result.rawValue == json?["result"]?.int)
            #expect(WireText.canonical(response.data) == WireText.canonical(json?["data"] ?? .null))
            #expect(response.nonce == json?["nonce"] && response.command.rawValue == json?["command"]?.int)
        case .json(let value):
            // What has the keys of a message is one.
            #expect(json?["kind"] == nil || frames[0] == [0, 0, 0, 0])
            #expect(WireText.canonical(value) == WireText.canonical(try #require(json)))
        case .bytes:
            #expect(json == nil)
        case .notice:
            Issue.record("nothing that was recorded is a notice")
        }
    }

    /// Facts Q13 and Q26, and what nobody sends on purpose.
    @Test func survivesStrangeMessages() async throws {
        let service = try RecordedService()
        let event = Array(#"{"kind":201,"when":1.0,"index":1,"context":{"v":NaN}}"#.utf8)
        let text = #"apiCommandRequestResponse(result=<ApiCommandRequestResult.SUCCESS: 100>, nonce=5)"#
        let heard = try await service.publish([
            [ApiTopic.commandResult.frame, ApiTopic.event.frame, event],
            [ApiTopic.commandResult.frame, Array(WireText.python(.string(text)).utf8)],
            [ApiTopic.event.frame],
            [[1, 2, 3], event],
            [[1, 2, 3, 4, 5], event],
            [ApiTopic.event.frame, []],
            [ApiTopic.heartbeat.frame, Array("{}".utf8)],
            [ApiTopic.heartbeat.frame, Array(#"{"identifier":1,"version":2,"timestamp":"x"}"#.utf8)],
            [ApiTopic.event.frame, Array(#"{"kind":{}}"#.utf8)],
            [ApiTopic.event.frame, Array(String(repeating: "[", count: 3000).utf8)],
            [ApiTopic.event.frame, [0xFF, 0xFE]],
            [ApiTopic.event.frame, event],
        ])
        #expect(
            heard.map(\.topic) == [
                .event, .commandResult, .event, .heartbeat, .heartbeat, .event, .event, .event, .event,
            ]
        )
        guard case .event(let stray)? = heard.first?.content else { throw BadVector(message: "\(heard)") }
        #expect(stray.kind == .applicationLaunched && stray.context["v"]?.double?.isNaN == true)
        #expect(heard[1].content == .json(.string(text)))
        guard case .bytes = heard[2].content, case .json = heard[3].content, case .json = heard[4].content,
            case .json = heard[5].content, case .bytes(let deep) = heard[6].content, case .bytes = heard[7].content,
            case .event = heard[8].content
        else { throw BadVector(message: "\(heard)") }
        #expect(deep.rule == .depth)
        let reply = try await service.exchange(
            ApiCommandRequest(.getStatus, nonce: 5),
            reply: Array(#"{"nonce":5,"result":100}"#.utf8)
        )
        #expect(reply.result == .success)
        await service.close()
    }

    @Test(arguments: ["", "not json", "[]", "\"text\"", "[[["])
    func saysThatAReplyCannotBeRead(_ text: String) async throws {
        let service = try RecordedService()
        let error = await #expect(throws: RpcClientError.self) {
            try await service.exchange(ApiCommandRequest(.getStatus), reply: Array(text.utf8))
        }
        #expect(error?.code == .unreadableReply)
        let next = Array(#"{"nonce":1,"command":0,"result":100}"#.utf8)
        let request = ApiCommandRequest(.getStatus, nonce: 1)
        #expect(try await service.exchange(request, reply: next).result == .success)
        await service.close()
    }

    /// Several requests under way: each reply finds its request, in whatever order they come and whatever they say.
    @Test func repliesFindTheirRequests() async throws {
        let service = try RecordedService(.router)
        let replies = try await withThrowingTaskGroup(of: (Int, JSONValue).self) { group in
            for number in 1...20 {
                group.addTask {
                    let request = ApiCommandRequest(.getStatus, nonce: 0, data: ["number": JSONValue(number)])
                    return (number, try await service.client.request(request).data)
                }
            }
            try await service.answerInReverse(20)
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for number in 1...20 { #expect(replies[number] == JSONValue(number)) }
        await service.close()
    }

    @Test func thereAreRecordings() throws {
        #expect(try Recording.replies().count > 350)
        #expect(try Recording.publications().count > 270)
    }
}

extension Recording {
    /// The messages without those that repeat an emergency on EVENT, which had another number before 0.9.5.
    fileprivate var withoutCopies: [[[UInt8]]] {
        var emergency: [UInt8]?
        return messages.filter { frames in
            if frames[0] == ApiTopic.emergency.frame {
                emergency = frames[1]
            } else if frames[1] == emergency {
                emergency = nil
                return false
            }
            return true
        }
    }
}
