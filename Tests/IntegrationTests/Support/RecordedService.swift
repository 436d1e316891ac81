import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Testing
import ZeroMQ

/// Two raw sockets in the place of a service, which send what they are told, and a client of this package.
final class RecordedService: Sendable {
    /// A topic that nobody uses, on which the test itself publishes.
    private static let marker = ApiTopic(rawValue: 0xFEED_BEE5)

    let client: RpcClient
    private let context: Context
    private let commands: RawPeer
    private let publisher: Socket

    /// - Parameter kind: `.rep` as the original's, or `.router`.
    init(_ kind: SocketKind = .router) throws {
        context = try Context()
        commands = RawPeer(try context.socket(kind))
        publisher = try context.socket(.pub)
        for socket in [commands.socket, publisher] {
            try socket.set(.linger, to: .zero)
            try socket.bind("tcp://127.0.0.1:*")
        }
        client = try createApiClient(
            command: try commands.socket.lastEndpoint,
            subscriber: try publisher.lastEndpoint,
            options: ClientOptions(timeout: RawPeer.patience)
        )
    }

    /// Gives the client's next request this reply, after something else.
    func answer(with reply: [UInt8], after work: () async throws -> Void = {}) async throws {
        let request = try #require(try await commands.receive(), "the client sends no request")
        try await work()
        try await commands.send(request.dropLast() + [reply])
    }

    /// Waits for as many requests, and answers the last one first, each with the number in its data.
    func answerInReverse(_ count: Int) async throws {
        var requests: [[[UInt8]]] = []
        while requests.count < count { requests.append(try #require(try await commands.receive())) }
        for request in requests.reversed() {
            let json = try JSONReader.read(try #require(request.last))
            let number = try json.need("data").need("number")
            let reply: JSONValue = ["nonce": try json.need("nonce"), "command": 400, "result": 100, "data": number]
            try await commands.send(request.dropLast() + [Array(WireText.canonical(reply).utf8)])
        }
    }

    /// Asks, and answers what is asked with these bytes.
    func exchange(_ request: ApiCommandRequest, reply: [UInt8]) async throws -> ApiCommandReply {
        async let answer = client.request(request)
        try await self.answer(with: reply)
        return try await answer
    }

    /// What the client delivers when these messages are published.
    func publish(_ messages: [[[UInt8]]]) async throws -> [ApiMessage] {
        let stream = client.messages()
        let settled = Gate()
        return try await withThrowingTaskGroup(of: [ApiMessage].self) { group in
            group.addTask {
                var heard: [ApiMessage] = []
                for await message in stream {
                    if message.topic != Self.marker {
                        heard.append(message)
                    } else if message.payload == Array("end".utf8) {
                        break
                    } else {
                        await settled.open()
                    }
                }
                return heard
            }
            let deadline = ContinuousClock.now + RawPeer.patience
            while await !settled.isOpen, ContinuousClock.now < deadline {
                try publisher.send(Message(frames: [Self.marker.frame, Array("settle".utf8)]))
                // Yields for a moment; what counts is that the stream has heard something.
                try await Task.sleep(for: .milliseconds(2))
            }
            for frames in messages { try publisher.send(Message(frames: frames)) }
            try publisher.send(Message(frames: [Self.marker.frame, Array("end".utf8)]))
            return try await group.next() ?? []
        }
    }

    func close() async {
        client.close()
        commands.socket.close()
        publisher.close()
        await onThread { [context] in context.terminate() }
    }
}
