import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct SocketEndpointsTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test(arguments: ["tcp://127.0.0.1:*", "tcp://127.0.0.1:0"])
    func tellsThePortThatTheSystemChose(endpoint: String) throws {
        let socket = try bench.socket(.rep)
        #expect(try socket.lastEndpoint.isEmpty)
        try socket.bind(endpoint)
        let bound = try socket.lastEndpoint
        #expect(bound.hasPrefix("tcp://127.0.0.1:"))
        #expect(try #require(Int(bound.split(separator: ":").last ?? "")) > 0)
    }

    @Test func bindingTwiceSaysWhere() throws {
        let first = try bench.socket(.pub)
        try first.bind("tcp://127.0.0.1:*")
        let endpoint = try first.lastEndpoint
        let second = try bench.socket(.pub)
        let error = try #require(failure { try second.bind(endpoint) })
        #expect(error.code == .addressInUse)
        #expect(error.endpoint == endpoint)
        #expect(
            error.description == "Cannot bind \(endpoint): the address is already in use. "
                + "Stop the other program on that port or choose another (0 means any)."
        )
    }

    @Test(arguments: [
        ("tcp://nonsense", ZeroMQError.Code.invalidArgument),
        ("", .invalidArgument),
        ("tcp://127.0.0.1:5\u{0}6", .invalidArgument),
        ("carrier-pigeon://roof", .protocolNotSupported),
        ("tcp://192.0.2.1:*", .addressNotAvailable),
        ("tcp://nosuchinterface0:*", .noDevice),
    ])
    func refusesToBind(endpoint: String, code: ZeroMQError.Code) throws {
        let socket = try bench.socket(.rep)
        let error = try #require(failure { try socket.bind(endpoint) })
        #expect(error.code == code)
        #expect(error.endpoint == endpoint)
    }

    @Test func unbindFreesTheEndpoint() throws {
        let first = try bench.socket(.rep)
        try first.bind("inproc://once")
        try first.unbind("inproc://once")
        let second = try bench.socket(.rep)
        try second.bind("inproc://once")
        #expect(failure { try first.unbind("inproc://once") }?.code == .notFound)
        #expect(failure { try first.disconnect("tcp://127.0.0.1:1") }?.code == .notFound)
    }

    @Test func disconnectEndsAConnection() throws {
        let (router, dealer) = try bench.pair(.router, .dealer)
        try dealer.send(Message("first"))
        _ = try router.receive()
        try dealer.disconnect(try router.lastEndpoint)
        #expect(try !dealer.trySend(Message("second")))
    }
}
