import AcquisitionModel
import GatewayCore
import GatewayTOML
import Testing

@testable import DareplaneGateway

@Suite struct ControlRoomVectorTests {
    /// The categories that are compared elsewhere, or are about something that this package does not have.
    private static let elsewhere = [
        "client": "what is written on the wire: the tests of ModuleClient; connect-only is compared here",
        "server": "the callback server of a module",
        "textbox": "colours of the pages",
        "logging": "log records of Python's modules",
    ]

    @Test func `Every vector is compared somewhere, and every difference is of a vector`() {
        let here: Set = ["broker", "ao-payload", "template", "macro", "button", "config"]
        #expect(ControlRoomVector.all.count == 50)
        for vector in ControlRoomVector.all {
            #expect(here.contains(vector.category) || Self.elsewhere[vector.category] != nil, "\(vector.name)")
        }
        let names = Set(ControlRoomVector.all.map(\.name))
        #expect(ControlRoomDifferences.all.keys.allSatisfy(names.contains))
    }

    private static func modules(_ names: [String]) -> [ModuleConfiguration] {
        names.map { ModuleConfiguration(name: $0, address: ListenAddress(port: 1)) }
    }

    @Test(arguments: ControlRoomVector.of("broker"))
    func `What a module writes is passed on`(vector: ControlRoomVector) throws {
        let names = try vector.texts("modules")
        let commands = try vector.texts("pcomms")
        var inbox = ModuleInbox()
        inbox.modules = Set(names)
        var now = ContinuousClock.now
        var elements: [ModuleInbox.Element] = []
        for chunk in try #require(vector["chunks_text"]?.array) {
            // The recording shows each byte as one character.
            let bytes = try #require(chunk.string).unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
            elements += inbox.receive(bytes, at: now)
            now += .seconds(vector["gap_s"]?.double ?? 0)
            elements += inbox.timePassed(at: now)
        }
        elements += inbox.timePassed(at: now + .seconds(1))

        let router = CallbackRouter(modules: Self.modules(names))
        var forwarded: JSONObject = [:]
        var rejected: [String] = []
        for case .callback(let callback) in elements {
            for callback in router.separated(callback) {
                do throws(GatewayError) {
                    let message = try router.message(for: callback) { _ in commands }
                    let before = forwarded.value(ofExactly: message.module)?.string ?? ""
                    forwarded.set(message.module, to: .string(before + message.text + ";"))
                } catch {
                    rejected.append(error.message)
                }
            }
        }
        let expected = ControlRoomDifferences.expected(try #require(vector["forwarded"]), for: vector)
        #expect(JSONValue.object(forwarded) == expected)
        let isAck = vector.name.hasPrefix("broker-up-ack")
        #expect(elements.contains(.alive) == isAck)
        #expect(forwarded.isEmpty != rejected.isEmpty || vector.name == "broker-up-ack", "\(rejected)")
    }

    @Test(arguments: ControlRoomVector.of("ao-payload"))
    func `Alpha Omega's form`(vector: ControlRoomVector) throws {
        let module = ModuleConfiguration(name: "dp-ao-comm", address: ListenAddress(port: 1))
        let payload = try ModuleMessage(to: module, "GO", text: #require(vector["input"]?.string)).payload
        let expected = ControlRoomDifferences.expected(try #require(vector["output"]), for: vector)
        #expect(payload.map(JSONValue.string) ?? .null == expected)
    }

    @Test(arguments: ControlRoomVector.of("template"))
    func `Parameters within parameters`(vector: ControlRoomVector) throws {
        let input = try #require(vector["input"]?.object)
        let output = try #require(vector["output"])
        guard output.object != nil else {
            #expect(throws: GatewayError.self) { try MacroTemplate.fill(input) }
            return
        }
        let filled = try MacroTemplate.fill(input)
        #expect(JSONValue.object(filled) == ControlRoomDifferences.expected(output, for: vector))
    }

    @Test(arguments: ControlRoomVector.of("macro"))
    func `What a macro sends`(vector: ControlRoomVector) throws {
        let macro = try #require(vector["macro"])
        let steps = try #require(macro["cmds"]?.object).members.map { member -> Macro.Step in
            let words = member.value.array?.compactMap(\.string) ?? []
            let keywords = words.dropFirst(2).map { word -> Macro.Step.Keyword in
                let parts = word.split(separator: "=").map { String($0) }
                return Macro.Step.Keyword(parts[0], from: parts[1])
            }
            return Macro.Step(module: words[0], command: words[1], keywords: keywords)
        }
        let text = vector["textbox"]?.string ?? ""
        let sent = Result { () throws -> String in
            let parameters = text.isEmpty ? [:] : try DareplaneText.value(text, limits: .standard).object ?? [:]
            let messages = try Macro(key: "m", steps: steps)
                .messages(parameters, modules: Self.modules(["mod-a", "mod-b"]))
            return messages.map { $0.text + ";" }.joined()
        }
        let returned = ControlRoomDifferences.expected(try #require(vector["returned"]), for: vector)
        if returned.string?.hasPrefix("raises") == true {
            #expect(throws: GatewayError.self) { try sent.get() }
        } else {
            #expect(try sent.get() == returned.string)
        }
    }

    @Test(arguments: ControlRoomVector.of("button"))
    func `A command with what was typed beside it`(vector: ControlRoomVector) throws {
        let name = vector.name == "button-ao-empty" ? "dp-ao-comm" : "mod-a"
        let message = try ModuleMessage(
            to: Self.modules([name])[0],
            "START",
            text: vector["textbox"]?.string ?? ""
        )
        let expected = ControlRoomDifferences.expected(try #require(vector["bytes_sent"]), for: vector)
        #expect(message.text + ";" == expected.string)
    }

    @Test(arguments: ControlRoomVector.of("config"))
    func `A configuration`(vector: ControlRoomVector) throws {
        // The recorded macro has no commands, which is a mistake here.
        let text = try #require(vector["toml"]?.string).replacing("[macros.m]\nname=\"N\"\n", with: "")
        let paths = PathLookup(folder: "/configs", workingFolder: "/", home: nil) { _ in true }
        let configuration = try ControlRoomConfiguration(reading: TOMLDocument.table(of: text), paths: paths)
        let recorded = try #require(vector["result"]?["modules"]?.object).members.map { JSONValue.string($0.key) }
        let expected = ControlRoomDifferences.expected(.array(recorded), for: vector)
        #expect(JSONValue.array(configuration.modules.map { .string($0.name) }) == expected)
    }

    @Test func `A module that is only connected takes its commands from the configuration`() throws {
        let vector = try #require(ControlRoomVector.of("client").last)
        #expect(vector.name == "connect-only")
        let recorded: JSONValue = ["pcomms": vector["pcomms"] ?? .null, "is_up": vector["is_up"] ?? .null]
        let expected = ControlRoomDifferences.expected(recorded, for: vector)
        let module = ModuleConfiguration(name: "m", address: ListenAddress(port: 1), commands: ["RUN", "HALT"])
        let status = ModuleStatus(module)
        #expect(
            ["pcomms": .array((module.commands ?? []).map(JSONValue.string)), "is_up": .bool(status.isUp)] == expected
        )
    }
}
