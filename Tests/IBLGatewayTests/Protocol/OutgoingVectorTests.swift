import AcquisitionModel
import GatewayCore
import IBLGateway
import TestSupport
import Testing

/// What a controller sends, and what it makes of the answers: the recordings of the Python package, against a
/// conversation of ours.
struct OutgoingVectorTests {
    /// What the calls of the recordings are here.
    static let calls: [String: RigMessage] = [
        "init": .initialize(),
        "start-dict": .start(try? ExperimentReference(date: "2020-01-01", number: 1, subject: "baz"), ["foo": "bar"]),
        "start-none": .start(nil),
        "start-empty": .start(nil),
        "stop": .stop(),
        "stop-data": .stop("foo"),
        "stop-immediately": .stop("foo", immediately: true),
        "cleanup": .cleanup(8),
        "status-enum": .status(.running),
        "status-int": .status(ExpStatus(rawValue: 10)),
        "status-name": .status((try? ExpStatus(named: "STOPPED")) ?? .connected),
        "info": .info(.initialized, ["k": 1]),
        "alyx-logged-in": .alyx(MessageTests.login),
        "init-nan": .initialize(.number(.nan)),
    ]

    /// Where this side does something else than the package, and why.
    static let divergences: [String: String] = [
        "status-bad-name": "the names of a status count in whatever case, as those of events do",
        "init-unserialisable": "what JSON cannot hold is no JSONValue: there is nothing to test",
        "wrong-echo": "other bytes are the peer's own message; the echo is overdue after its time, and nothing closes",
        "error-instead-of-echo": "an error is delivered, and is not taken for the echo; nothing closes",
        "no-echo": "the message fails; the communicator goes on",
        "no-echo-custom-timeout": "as no-echo",
        "late-echo": "as no-echo, and the late echo is left out",
        "two-concurrent-sends": "the second message waits for the first one, and both arrive",
    ]

    /// The cases that ``special(_:)`` is about.
    static let others: Set<String> = Set(divergences.keys).union(["raw-string", "callback-error-reply", "alyx-none"])

    @Test(arguments: Vector.of("outgoing-udp", "outgoing-tcp").filter { !others.contains($0.subject) })
    func calls(_ vector: Vector) throws {
        var talk = Talk(try #require(RigURI.Transport(rawValue: vector.transport)))
        let id = talk.send(try #require(Self.calls[vector.subject]))
        #expect(talk.written == vector.texts("wire_messages"))
        talk.hear(talk.written.joined())
        #expect(talk.confirmed == [id] && talk.delivered.isEmpty)
    }

    @Test(arguments: Vector.of("outgoing-udp", "outgoing-tcp").filter { others.contains($0.subject) })
    func special(_ vector: Vector) throws {
        var talk = Talk(try #require(RigURI.Transport(rawValue: vector.transport)))
        let wire = vector.texts("wire_messages").filter { $0 != "<EOF>" }
        switch vector.subject {
        case "raw-string":
            let id = talk.send("hello")
            #expect(talk.written == wire)
            talk.hear("hello")
            #expect(talk.confirmed == [id])
        case "status-bad-name":
            #expect(try ExpStatus(named: "running") == .running)
            #expect { try ExpStatus(named: "walking") } throws: { "\($0)".contains("RUNNING") }
        case "callback-error-reply", "alyx-none":
            let request = vector.subject == "alyx-none" ? RigMessage.alyx(nil) : .initialize()
            let id = talk.send(request)
            let answer = try #require(vector["respond"]?.string)
            talk.hear(talk.written.joined() + (vector.transport == "tcp" ? answer : ""))
            if vector.transport == "udp" { talk.hear(answer) }
            #expect(talk.written == wire && talk.confirmed == [id])
            #expect(talk.delivered.map { text($0.encoded) } == [answer])
        case "two-concurrent-sends":
            let ids = [talk.send(.initialize()), talk.send(.status(.running))]
            talk.hear("[1, null]")
            talk.hear("[32, 20]")
            #expect(talk.written == ["[1, null]", "[32, 20]"] && talk.confirmed == ids)
        case "init-unserialisable": break
        default: try lost(vector, &talk)
        }
    }

    /// The echo does not come in time, or something else comes.
    private func lost(_ vector: Vector, _ talk: inout Talk) throws {
        let isShort = vector.subject == "no-echo-custom-timeout"
        let id = talk.send("[1, null]", timeout: isShort ? .milliseconds(300) : nil)
        #expect(talk.written == vector.texts("wire_messages").filter { $0 != "<EOF>" })
        let other = vector.subject == "late-echo" ? nil : vector["echo"]?.string
        if let other { talk.hear(other) }
        talk.pass(isShort ? .milliseconds(299) : .milliseconds(999))
        #expect(talk.failed.isEmpty && talk.confirmed.isEmpty)
        talk.pass(.milliseconds(1))
        #expect(talk.failed == [id: .noAnswer])
        talk.hear("[1, null]")
        #expect(talk.delivered.count == (other == nil ? 0 : 1))
        let next = talk.send("[32, 20]")
        talk.pass(.milliseconds(60))
        talk.hear("[32, 20]")
        #expect(talk.confirmed == [next])
    }
}
