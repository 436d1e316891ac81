import AcquisitionModel
import AcquisitionRPC
import TestSupport
import Testing
import ZeroMQ

/// A socket without any of this package's protocol: it sends and receives frames.
struct RawPeer: Sendable {
    /// Long enough for a machine that is busy with something else.
    static let patience: Duration = .seconds(20) * Sanitizer.slowdown

    let socket: Socket

    init(_ socket: Socket) { self.socket = socket }

    func send(_ frames: [[UInt8]]) async throws {
        try await onThread { try socket.send(Message(frames: frames)) }
    }

    /// The next message; nil where none came within the time.
    func receive(within limit: Duration = patience) async throws -> [[UInt8]]? {
        try await onThread {
            var poller = Poller()
            poller.watch(socket)
            let deadline = ContinuousClock.now + limit
            while true {
                if let message = try socket.tryReceive() { return message.frames }
                let left = deadline - .now
                guard left > .zero else { return nil }
                _ = try poller.poll(timeout: left)
            }
        }
    }

    /// Sends one request as a client does and returns the frames of the reply, without the envelope of a DEALER.
    func ask(_ frames: [[UInt8]]) async throws -> [[UInt8]] {
        try await send(socket.kind == .dealer ? [[]] + frames : frames)
        let reply = try #require(try await receive(), "no reply")
        guard socket.kind == .dealer else { return reply }
        #expect(reply.first == [])
        return Array(reply.dropFirst())
    }

    /// Sends a request as text and reads the reply.
    func ask(_ text: String) async throws -> ApiCommandReply {
        let frames = try await ask([Array(text.utf8)])
        #expect(frames.count == 1)
        return try ApiCommandReply(json: JSONReader.read(try #require(frames.first)))
    }
}

/// A raw SUB socket that knows when it has heard all.
struct RawSubscriber: Sendable {
    /// A topic that nobody uses, on which the test itself publishes.
    private static let marker = ApiTopic(rawValue: 0xFEED_BEE5)

    private let peer: RawPeer
    private let service: any RpcService

    init(_ peer: RawPeer, _ service: any RpcService) {
        self.peer = peer
        self.service = service
    }

    /// Waits until the service knows of the subscriptions: until something arrives that it published.
    func settle() async throws {
        try peer.socket.subscribe(Self.marker.frame)
        let deadline = ContinuousClock.now + RawPeer.patience
        repeat {
            try service.sendString(Self.marker, "settle")
            if try await peer.receive(within: .milliseconds(20)) != nil { return }
        } while ContinuousClock.now < deadline
        Issue.record("the subscription does not arrive")
    }

    /// The next message that is not the test's own; nil where none came within the time.
    func next(within limit: Duration = RawPeer.patience) async throws -> [[UInt8]]? {
        let deadline = ContinuousClock.now + limit
        while let frames = try await peer.receive(within: deadline - .now) {
            if frames.first != Self.marker.frame { return frames }
        }
        return nil
    }

    /// Everything that was published up to now.
    func all() async throws -> [[[UInt8]]] {
        try service.sendString(Self.marker, "end")
        var messages: [[[UInt8]]] = []
        while let frames = try await peer.receive() {
            if frames == [Self.marker.frame, Array("end".utf8)] { return messages }
            if frames.first != Self.marker.frame { messages.append(frames) }
        }
        Issue.record("the end does not arrive")
        return messages
    }

    /// The next `count` messages.
    func next(_ count: Int) async throws -> [[[UInt8]]] {
        var messages: [[[UInt8]]] = []
        while messages.count < count, let frames = try await next() { messages.append(frames) }
        return messages
    }
}
