import GatewayCore
import LiaisonGateway
import Synchronization
import Testing

/// What is found under which name.
struct CompanionTests {
    private func companion(_ limits: LiaisonStoreLimits = LiaisonStoreLimits()) throws -> LiaisonCompanion {
        let companion = LiaisonCompanion(limits: limits)
        try companion.value("rig.name", "rig-1")
        try companion.value("rig.state") { ["mode": "idle"] as JSONValue }
        try companion.value("rig.broken") { () -> Int in throw LiaisonError("HardwareError", "no answer") }
        try companion.value("rig.missing", LiaisonValue.set([.plain(1), .plain("a"), .plain(nil)]))
        try companion.register("rig.Valve", .init("side", as: String.self)) { side in
            let opened = Mutex(0)
            var valve = LiaisonObject(type: "Valve")
            valve.attribute("side", side)
            valve.attribute("opened") { opened.withLock { $0 } }
            valve.method("open", .init("times", default: 1)) { times in opened.withLock { $0 += times } }
            return valve
        }
        try companion.register("echo", .init("value", as: LiaisonValue.self)) { $0 }
        return companion
    }

    private func answer(
        _ companion: LiaisonCompanion,
        _ name: LiaisonCommand.Name,
        _ arguments: JSONValue...,
        keywords: JSONObject = [:]
    ) async -> String {
        let reply = await companion.answer(LiaisonRequest(LiaisonCommand(name, arguments, keywords: keywords), id: 1))
        do { return try reply.get().pythonText } catch { return "\(error)" }
    }

    @Test(arguments: [
        ("rig", #""python:///rig""#), ("rig.name", #""rig-1""#), ("rig:name", #""rig-1""#),
        ("rig.state", #"{"mode": "idle"}"#), ("rig.state.mode", #""idle""#), ("rig.missing", #""{1, 'a', None}""#),
        ("rig.Valve", #""python:///rig:Valve""#), ("echo", #""python:///echo""#),
        ("companion.ping", #""python:///companion:ping""#),
        ("rg.name", "ModuleNotFoundError: No module named 'rg'; did you mean rig?"),
        ("rig.nme", "AttributeError: module 'rig' has no attribute 'nme'; did you mean rig.name?"),
        ("rig.valve", "AttributeError: module 'rig' has no attribute 'valve'; did you mean rig.Valve?"),
        ("Valve", "ModuleNotFoundError: No module named 'Valve'; did you mean rig.Valve?"),
        ("rig.state.mod", "AttributeError: 'dict' object has no attribute 'mod'; did you mean mode?"),
        ("rig.name.x", "AttributeError: 'str' object has no attribute 'x'"),
        ("os:system", "ModuleNotFoundError: No module named 'os'"),
        ("__import__('os')", "AssertionError: Target '__import__('os')' does not look like a Python import."),
        ("companion.ping()", "AssertionError: Target 'companion.ping()' does not look like a Python import."),
        ("a:b:c", "AssertionError: Target 'a:b:c' does not look like a Python import."),
        ("", "AssertionError: Target '' does not look like a Python import."),
        ("rig.", "AssertionError: Target 'rig.' does not look like a Python import."),
    ])
    func targets(_ target: String, _ expected: String) async throws {
        let companion = try companion()
        #expect(await answer(companion, .get, .string(target)) == expected)
        let isThere = !expected.contains("Error: ")
        #expect(await answer(companion, .exists, .string(target)) == "\(isThere)")
    }

    /// What is there need not be asked whether it is.
    @Test func whatCannotBeReadExists() async throws {
        let companion = try companion()
        #expect(await answer(companion, .get, "rig.broken") == "HardwareError: no answer")
        #expect(await answer(companion, .exists, "rig.broken") == "true")
        #expect(await answer(companion, .exists, "rig.broken.x") == "false")
        #expect(await answer(companion, .exists, 5) == "false")
    }

    @Test func objectsAreMadeAndUsed() async throws {
        let companion = try companion()
        #expect(await answer(companion, .`init`, "left", "rig.Valve", "left side") == #""left""#)
        #expect(await answer(companion, .run, "left.open") == "null")
        #expect(await answer(companion, .run, "left.open", keywords: ["times": 2]) == "null")
        #expect(await answer(companion, .get, "left.opened") == "3")
        #expect(await answer(companion, .get, "left.side") == #""left side""#)
        #expect(await answer(companion, .get, "left") == #""<Valve object>""#)
        #expect(await answer(companion, .get, "left.open") == #""python:///Valve:open""#)
        let near = "AttributeError: 'Valve' object has no attribute 'opn'; did you mean open?"
        #expect(await answer(companion, .run, "left.opn") == near)
        #expect(await answer(companion, .run, "left") == "TypeError: 'Valve' object is not callable")
        let unknown = "TypeError: open() got an unexpected keyword argument 'side'"
        #expect(await answer(companion, .run, "left.open", keywords: ["side": 1]) == unknown)
    }

    @Test func referencesAreReplaced() async throws {
        let companion = try companion()
        _ = await answer(companion, .store, "a", ["x": 5])
        _ = await answer(companion, .store, "key", "value")
        #expect(await answer(companion, .run, "echo", "$a") == #"{"x": 5}"#)
        #expect(await answer(companion, .run, "echo", "$a.x") == "5")
        #expect(await answer(companion, .run, "echo", ["$a"]) == #"["$a"]"#)
        #expect(await answer(companion, .run, "echo", "cost $a") == #""cost $a""#)
        #expect(await answer(companion, .run, "echo", "$a:x") == #""$a:x""#)
        #expect(await answer(companion, .run, "echo", "$") == #""$""#)
        #expect(await answer(companion, .run, "echo", keywords: ["$key": "$a.x"]) == "5")
        #expect(await answer(companion, .run, "echo", keywords: ["$a": 1]) == "TypeError: keywords must be strings")
        #expect(await answer(companion, .run, "echo", "$zzz") == "ModuleNotFoundError: No module named 'zzz'")
        #expect(await answer(companion, .try, "echo", "$a.x") == #"{"success": true, "result": 5}"#)
    }

    @Test func whatTheProgramRegisteredStays() async throws {
        let companion = try companion()
        for name in ["rig", "echo", "companion", "liaison"] {
            let error = "PermissionError: '\(name)' was registered by the program and cannot be replaced"
            #expect(await answer(companion, .store, .string(name), 1) == error)
            #expect(await answer(companion, .register, .string(name), "rig.name") == error)
            #expect(await answer(companion, .`init`, .string(name), "rig.Valve", "x") == error)
        }
        #expect(await answer(companion, .store, "a b", 1).hasPrefix("ValueError: 'a b' is no name"))
        #expect(await answer(companion, .store, 5, 1) == "TypeError: 'name' must be str, not int")
        #expect(await answer(companion, .register, "n", "rig.name") == #""n""#)
        #expect(await answer(companion, .get, "n") == #""rig-1""#)
        // What a client stored can be had by no other name.
        _ = await answer(companion, .store, "mine", 1)
        #expect(await answer(companion, .register, "other", "mine").hasPrefix("ModuleNotFoundError"))
    }

    @Test func namesThatCannotBeRegistered() throws {
        let companion = try companion()
        for name in ["rig", "rig.name", "rig.name.x", "a b", "", "a..b", "liaison.send"] {
            #expect(throws: GatewayError.self, "\(name)") { try companion.value(name, 1) }
        }
    }

    @Test func storingIsLimited() async throws {
        let companion = try companion(LiaisonStoreLimits(names: 2, bytes: 1000))
        #expect(await answer(companion, .store, "a", 1) == #""a""#)
        #expect(await answer(companion, .store, "b", 1) == #""b""#)
        #expect(await answer(companion, .store, "c", 1).hasPrefix("MemoryError: 2 names are stored already"))
        let long = JSONValue.string(String(repeating: "x", count: 900))
        #expect(await answer(companion, .store, "a", long) == #""a""#)
        #expect(await answer(companion, .store, "b", long).hasPrefix("MemoryError: 'b' is too large"))
        #expect(await answer(companion, .get, "b") == "1")
        #expect(await answer(companion, .store, "a", 1) == #""a""#)
        #expect(await answer(companion, .store, "b", long) == #""b""#)
    }

    @Test(arguments: [
        (LiaisonCommand.Name.get, "TypeError: Companion.resolve() missing 1 required positional argument: 'target'"),
        (.exists, "TypeError: Companion.exists() missing 1 required positional argument: 'target'"),
        (.`init`, "TypeError: Companion.initialize() missing 2 required positional arguments: 'name' and 'cls'"),
        (.try, "TypeError: Companion.attempt() missing 1 required positional argument: 'fcn'"),
        (.store, "TypeError: Companion.store() missing 2 required positional arguments: 'name' and 'value'"),
    ])
    func argumentsAreMissed(_ name: LiaisonCommand.Name, _ expected: String) async throws {
        #expect(await answer(try companion(), name) == expected)
    }

    @Test func pingTakesNothing() async throws {
        let expected = "TypeError: Companion.ping() takes 1 positional argument but 2 were given"
        #expect(await answer(try companion(), .ping, 1) == expected)
    }
}
