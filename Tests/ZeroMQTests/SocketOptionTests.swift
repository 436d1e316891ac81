import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct SocketOptionTests {
    @Test(arguments: OptionCase.all)
    func isSetAndReadBack(option: OptionCase) throws {
        try option.check(try Context.shared.socket(option.kind))
    }

    @Test func aNewSocketHasLibzmqsDefaults() throws {
        let socket = try Context.shared.socket(.dealer)
        #expect(try socket.get(.linger) == .zero)
        #expect(try socket.get(.sendHighWaterMark) == 1000)
        #expect(try socket.get(.maxMessageSize) == nil)
        #expect(try socket.get(.receiveTimeout) == nil)
        #expect(try socket.get(.tcpKeepalive) == nil)
        #expect(try socket.get(.handshakeInterval) == .seconds(30))
        #expect(try socket.get(.routingID).isEmpty)
        #expect(try socket.get(.zapDomain).isEmpty)
    }

    @Test func valuesOutOfRangeAreRefused() throws {
        let socket = try Context.shared.socket(.dealer)
        let failures = [
            failure { try socket.set(.linger, to: .seconds(-1)) },
            failure { try socket.set(.linger, to: .seconds(Int64.max)) },
            failure { try socket.set(.handshakeInterval, to: .milliseconds(-1)) },
            failure { try socket.set(.sendHighWaterMark, to: -1) },
            failure { try socket.set(.sendHighWaterMark, to: .max) },
            failure { try socket.set(.maxMessageSize, to: -5) },
            failure { try socket.set(.heartbeatTTL, to: .seconds(6554)) },
            failure { try socket.set(.routingID, to: [UInt8](repeating: 1, count: 256)) },
            failure { try socket.set(.routerMandatory, to: true) },
            failure { try socket.subscribe() },
        ]
        for failure in failures {
            #expect(failure?.code == .invalidArgument)
        }
        #expect(failures[0]?.operation == "set linger")
    }

    @Test func aLittleTimeIsNotRoundedToNone() throws {
        let socket = try Context.shared.socket(.dealer)
        try socket.set(.handshakeInterval, to: .nanoseconds(1))
        #expect(try socket.get(.handshakeInterval) == .milliseconds(1))
        try socket.set(.handshakeInterval, to: .microseconds(2001))
        #expect(try socket.get(.handshakeInterval) == .milliseconds(3))
        try socket.set(.tcpKeepaliveIdle, to: .milliseconds(1500))
        #expect(try socket.get(.tcpKeepaliveIdle) == .seconds(2))
    }

    @Test func subscriptionsComeAndGo() throws {
        let context = try Context()
        let pub = try context.socket(.xpub)
        try pub.bind("inproc://subscriptions")
        let sub = try context.socket(.sub)
        try sub.connect("inproc://subscriptions")
        try sub.subscribe("a".bytes)
        try sub.subscribe()
        try sub.unsubscribe("a".bytes)
        #expect(try pub.receive() == [[1, 97]])
        #expect(try pub.receive() == [[1]])
        #expect(try pub.receive() == [[0, 97]])
    }

    @Test func readinessAndDescriptor() throws {
        let context = try Context()
        let left = try context.socket(.pair)
        try left.bind("inproc://readiness")
        #expect(try left.readiness == [])
        #expect(try left.fileDescriptor > 0)
        let right = try context.socket(.pair)
        try right.connect("inproc://readiness")
        #expect(try right.readiness == .writable)
        try right.send(Message("x"))
        #expect(try left.readiness == [.readable, .writable])
    }
}

/// One row of the table of options.
struct OptionCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let kind: SocketKind
    let check: @Sendable (Socket) throws -> Void

    private init<Value: Equatable & Sendable>(
        _ option: SocketOption<Value>,
        _ values: Value...,
        on kind: SocketKind = .dealer,
        canBeRead: Bool = true
    ) {
        testDescription = option.name
        self.kind = kind
        check = { socket in
            for value in values {
                try socket.set(option, to: value)
                if canBeRead {
                    #expect(try socket.get(option) == value)
                } else {
                    #expect(failure { try socket.get(option) }?.code == .invalidArgument)
                }
            }
        }
    }

    static let all: [OptionCase] = queues + patterns + transport + connections + security

    private static let queues: [OptionCase] = [
        OptionCase(.sendHighWaterMark, 10_000, 0),
        OptionCase(.receiveHighWaterMark, 64, 0),
        OptionCase(.maxMessageSize, 1 << 20, 1 << 40, nil),
        OptionCase(.linger, .milliseconds(500), .zero, nil),
        OptionCase(.sendTimeout, .milliseconds(20), .zero, nil),
        OptionCase(.receiveTimeout, .seconds(2), .zero, nil),
    ]

    private static let patterns: [OptionCase] = [
        OptionCase(.immediate, true, false),
        OptionCase(.routerMandatory, true, false, on: .router, canBeRead: false),
        OptionCase(.routerHandover, true, false, on: .router, canBeRead: false),
        OptionCase(.probeRouter, true, false, on: .dealer, canBeRead: false),
        OptionCase(.reqRelaxed, true, false, on: .req, canBeRead: false),
        OptionCase(.reqCorrelate, true, false, on: .req, canBeRead: false),
        OptionCase(.xpubVerbose, true, false, on: .xpub, canBeRead: false),
        OptionCase(.xpubVerboser, true, false, on: .xpub, canBeRead: false),
        OptionCase(.invertMatching, true, false, on: .pub),
        OptionCase(.routingID, "me".bytes),
    ]

    private static let transport: [OptionCase] = [
        OptionCase(.ipv6, true, false),
        OptionCase(.backlog, 1024),
        OptionCase(.typeOfService, 0x28, 0),
        OptionCase(.sendBufferSize, 1 << 16, nil),
        OptionCase(.receiveBufferSize, 1 << 16, nil),
        OptionCase(.tcpKeepalive, true, false, nil),
        OptionCase(.tcpKeepaliveCount, 3, nil),
        OptionCase(.tcpKeepaliveIdle, .seconds(10), nil),
        OptionCase(.tcpKeepaliveInterval, .seconds(5), nil),
    ]

    private static let connections: [OptionCase] = [
        OptionCase(.handshakeInterval, .seconds(5), .zero),
        OptionCase(.heartbeatInterval, .seconds(10), .zero),
        OptionCase(.heartbeatTTL, .milliseconds(1500), .zero),
        OptionCase(.heartbeatTimeout, .seconds(30), .zero),
        OptionCase(.tcpMaxRetransmitTimeout, .seconds(10), .zero),
        OptionCase(.connectTimeout, .seconds(3), .zero),
        OptionCase(.reconnectInterval, .milliseconds(50), nil),
        OptionCase(.reconnectIntervalMax, .seconds(5), .zero),
    ]

    private static let security: [OptionCase] = [
        OptionCase(.zapDomain, "lab"),
        OptionCase(.zapEnforceDomain, true, false),
    ]
}
