import AcquisitionModel
import GatewayCore
import IBLGateway
import TestSupport
import Testing

/// The vectors of plain values: numbers, names, addresses.
struct ValueVectorTests {
    @Test func everyVectorIsRead() {
        #expect(Vector.all.count == 129)
    }

    @Test(arguments: Vector.of("constants"))
    func constants(_ vector: Vector) throws {
        for member in try #require(vector["ExpMessage"]?.object).members {
            #expect(try ExpMessage(named: member.key).rawValue == member.value.int)
        }
        for member in try #require(vector["ExpStatus"]?.object).members {
            #expect(try ExpStatus(named: member.key).rawValue == member.value.int)
        }
        #expect(vector["LISTEN_PORT"]?.int == RigURI.defaultPort)
        #expect(vector["default_echo_timeout"]?.double == ConversationSettings().echoTimeout / .seconds(1))
        #expect(vector["max_message_size"]?.int == EchoRule.cutOffLength)
        #expect(vector["any"]?.int == ExpMessage.all.map(\.rawValue).reduce(0, |))
    }

    /// Where an address means something else here than in the Python package, and why.
    static let otherAddresses: [String: (here: String?, why: String)] = [
        "FooBar": ("udp://FooBar:11001", "names are looked up when they are needed, and case does not matter there"),
        "foo.bar": ("udp://foo.bar:11001", "the name of a machine may have dots"),
        "ws://192.168.0.1:80": ("tcp://192.168.0.1:80", "ws means plain TCP, and is shown as what it is"),
        "WS://192.168.0.1": ("tcp://192.168.0.1:11001", "as above"),
    ]

    @Test(arguments: Vector.of("uri"))
    func addresses(_ vector: Vector) throws {
        let input = try #require(vector["input"]?.string)
        let there = try #require(vector["output"]?.string)
        let expected = Self.otherAddresses[input]?.here ?? (there.hasPrefix("raises") ? nil : there)
        #expect((try? RigURI(input))?.description == expected)
    }

    @Test(arguments: Vector.of("validate"))
    func events(_ vector: Vector) throws {
        // What the package calls a compound is no message: it only serves to wait for several.
        let input = try #require(vector["input"])
        let number = vector["output"]?["int"]?.int
        let isCompound = number.map { !ExpMessage(rawValue: $0).isKnown } ?? false
        let message = try? RigMessage(reading: utf8(JSONValue.array([input, .null]).pythonText))
        #expect(message?.event.rawValue == (isCompound ? nil : number))
    }

    @Test(arguments: ["", "EXPSTOP", "INIT", "3", "EXP START", "EXPSTART2", "ERROR"])
    func namesOfNothing(_ name: String) {
        #expect { try ExpMessage(named: name) } throws: { "\($0)".contains("known are EXPINIT") }
    }
}
