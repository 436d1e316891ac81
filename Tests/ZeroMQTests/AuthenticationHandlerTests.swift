import Synchronization
import Testing

@testable import ZeroMQ

@Suite(.timeLimit(.minutes(1)), .enabled(if: Library.has("curve")))
struct AuthenticationHandlerTests {
    private let keys: CurveKeyPair
    private let serverKeys: CurveKeyPair

    init() throws {
        keys = try CurveKeyPair()
        serverKeys = try CurveKeyPair()
    }

    /// The frames that libzmq sends, changed.
    private func request(_ change: (inout [Frame]) -> Void = { _ in }) -> Message {
        var frames = ["1.0", "id-7", "lab", "10.0.0.2", "", "CURVE"].map(\.bytes) + [keys.publicKey.bytes]
        change(&frames)
        return Message(frames: frames)
    }

    private func handler(
        _ context: Context,
        _ decide: @escaping AuthenticationHandler.Decision = { _ in .accepted(as: "ann") }
    ) throws -> AuthenticationHandler {
        try AuthenticationHandler(context, domains: ["lab"], decide: decide)
    }

    private func status(_ reply: Message) -> String { String(decoding: reply.frames[2], as: UTF8.self) }

    @Test func aRequestOfTheRightFormIsDecided() throws {
        let handler = try handler(Context()) { [keys] request in
            #expect(request == AuthenticationRequest(domain: "lab", address: "10.0.0.2", key: keys.publicKey))
            return .accepted(as: "ann")
        }
        #expect(handler.answer(request()) == Message("1.0", "id-7", "200", "OK", "ann", ""))
        handler.close()
    }

    @Test func everythingElseIsRefused() throws {
        let handler = try handler(Context())
        let wrong: [(status: String, request: Message)] = [
            ("500", Message(frames: [])), ("500", Message(frames: [[]])), ("500", Message("1.0")),
            ("500", request { $0[0] = "1.1".bytes }), ("500", request { $0[0] = "2.0".bytes }),
            ("500", request { $0.removeLast() }), ("500", request { $0.append([]) }),
            ("500", request { $0[6].removeLast() }), ("500", request { $0[6].append(0) }),
            ("500", request { $0[2] = "other".bytes }), ("500", request { $0[2] = [] }),
            ("500", request { $0[2] = [0xFF] }), ("500", request { $0[3] = [0xC3] }),
            ("400", request { $0[5] = "NULL".bytes }), ("400", request { $0[5] = "PLAIN".bytes }),
            ("400", request { $0[5] = "curve".bytes }), ("400", request { $0[5] = [] }),
        ]
        for (expected, request) in wrong {
            let reply = handler.answer(request)
            #expect(status(reply) == expected, "\(request)")
            #expect(reply.frames.count == 6 && reply.frames[4].isEmpty)
        }
        handler.close()
    }

    @Test func decisionsThatFailRefuse() throws {
        struct Broken: Error {}
        let thrower = try handler(Context()) { _ in throw Broken() }
        #expect(status(thrower.answer(request())) == "500")
        thrower.close()
        for name in ["", String(repeating: "x", count: 256), "a\0b"] {
            let nameless = try handler(Context()) { _ in .accepted(as: name) }
            #expect(status(nameless.answer(request())) == "500")
            nameless.close()
        }
    }

    @Test func aContextHasOne() throws {
        let context = try Context()
        let first = try handler(context)
        #expect(failure { try handler(context) }?.code == .addressInUse)
        first.close()
    }

    /// A CURVE server whose handler knows one key, and a client with the keys given.
    private func admission(of client: CurveKeyPair) throws -> (received: Message?, kind: MonitorEvent.Kind) {
        let bench = try Bench()
        let handler = try AuthenticationHandler(bench.context, domains: ["lab"]) { [keys] request in
            request.key == keys.publicKey ? .accepted(as: "ann") : .refused("unknown key")
        }
        let server = try bench.socket(.router)
        try server.set(.curveServer, to: true)
        try server.set(.curveSecretKey, to: serverKeys.secretKey)
        try server.set(.zapDomain, to: "lab")
        try server.set(.zapEnforceDomain, to: true)
        let thread = try BackgroundThread { handler.run() }
        try server.bind("tcp://127.0.0.1:*")
        let dealer = try bench.socket(.dealer)
        try dealer.set(.curveServerKey, to: serverKeys.publicKey)
        try dealer.set(.curvePublicKey, to: client.publicKey)
        try dealer.set(.curveSecretKey, to: client.secretKey)
        let monitor = try SocketMonitor(dealer)
        try dealer.connect(try server.lastEndpoint)
        try dealer.send(Message("hello"))
        var kind = MonitorEvent.Kind.connected
        repeat { kind = try monitor.receive().kind } while ![.handshakeSucceeded, .handshakeFailedAuth].contains(kind)
        let message = kind == .handshakeSucceeded ? try server.receive() : try server.tryReceive()
        for socket in [server, dealer] { socket.close() }
        handler.stop()
        try thread.join()
        return (message, kind)
    }

    @Test func aKnownKeyComesInUnderItsName() throws {
        let (message, kind) = try admission(of: keys)
        #expect(kind == .handshakeSucceeded)
        #expect(message?.metadata.userID == "ann" && message?.metadata.peerAddress == "127.0.0.1")
    }

    @Test func anUnknownKeyDoesNot() throws {
        let (message, kind) = try admission(of: CurveKeyPair())
        #expect(kind == .handshakeFailedAuth && message == nil)
    }
}
