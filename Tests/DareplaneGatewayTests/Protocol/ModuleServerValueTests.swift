import AcquisitionRPC
@testable import DareplaneGateway
import Testing

struct ModuleCommandTests {
    @Test(arguments: [
        ("STOP", ModuleCommand.stop), ("STOP|", .stop), ("STOP\r\n", .stop), ("\r\nSTOP|\r\n", .stop),
        ("CLOSE", .close), ("CLOSE|\r\n", .close), ("UP", .signOfLife), ("\r\nUP|", .signOfLife),
        ("GET_PCOMMS", .list), ("xxGET_PCOMMSyy", .list), ("GET_PCOMMS|{\"a\":1}", .list),
        ("stop", .run(PCOMM("stop"))), ("UP\n", .signOfLife), ("UP ", .signOfLife), ("STOP\n", .stop),
        ("\n STOP | \r\n", .stop), ("\tCLOSE\r", .close),
        ("S TOP", .run(PCOMM("S TOP"))), ("ST\nOP", .run(PCOMM("ST\nOP"))),
        ("\n START | {\n\"a\": 1 }\n", .run(PCOMM("START", ["a": 1]))), (" RUN IT ", .run(PCOMM("RUN IT"))),
        ("UP|{}", .run(PCOMM("UP", [:]))), ("STOP|{}", .run(PCOMM("STOP", [:]))),
        ("é", .undecodable(answer: "Was unable to decode msg=b'\\xc3\\xa9' to ascii\n")),
    ])
    func reading(_ text: String, _ command: ModuleCommand) {
        #expect(ModuleCommand(Array(text.utf8), limits: .standard) == command)
    }

    @Test func aByteC2IsLeftOut() {
        let bytes = Array("ECHO|{\"a\":\"".utf8) + [0xC2] + Array("\"}".utf8)
        #expect(ModuleCommand(bytes, limits: .standard) == .run(PCOMM("ECHO", ["a": ""])))
    }

    @Test(arguments: [
        ("a'b", "b\"a'b\""), ("a'\"b", "b'a\\'\"b'"), ("a\"b", "b'a\"b'"), ("\\\t\r\n", "b'\\\\\\t\\r\\n'"),
        ("\u{1}\u{7f}", "b'\\x01\\x7f'"),
    ])
    func bytesAsPythonShowsThem(_ text: String, _ shown: String) {
        #expect(PythonBytes.text(of: Array(text.utf8)) == shown)
    }

    @Test func theAnswerIsNotMuchLargerThanTheCommand() {
        #expect(PythonBytes.text(of: Array(repeating: 0xFF, count: 1 << 20)).utf8.count < 20_000)
    }
}

struct OutgoingPacerTests {
    private let start = ContinuousClock.now

    private func steps(_ pacer: inout OutgoingPacer<String>, at milliseconds: Int) -> [String] {
        var sent: [String] = []
        while true {
            switch pacer.next(at: start + .milliseconds(milliseconds)) {
            case .send(let item, _): sent.append(item)
            case .wait(let instant): return sent + ["until \((instant - start) / .milliseconds(1))"]
            case .nothing: return sent
            }
        }
    }

    @Test func callbacksStandAlone() {
        var pacer = OutgoingPacer<String>(gap: .milliseconds(50))
        for text in ["a", "b"] { pacer.put(text, .callback) }
        #expect(steps(&pacer, at: 0) == ["a", "until 50.0"])
        #expect(steps(&pacer, at: 50) == ["b"])
        #expect(pacer.waiting == 0)
    }

    @Test func answersGoFirstAndNotAtOnceAfterACallback() {
        var pacer = OutgoingPacer<String>(gap: .milliseconds(50))
        pacer.put("a", .callback)
        #expect(steps(&pacer, at: 0) == ["a"])
        pacer.put("b", .callback)
        for _ in 0..<3 { pacer.put("1", .answer) }
        #expect(steps(&pacer, at: 10) == ["until 50.0"])
        #expect(steps(&pacer, at: 50) == ["1", "1", "1", "until 100.0"])
        pacer.put("1", .answer)
        #expect(steps(&pacer, at: 70) == ["1", "until 120.0"])
        #expect(steps(&pacer, at: 120) == ["b"])
    }

    @Test func afterAListTheGapIsLonger() {
        var pacer = OutgoingPacer<String>(gap: .milliseconds(50))
        pacer.put("list", .list)
        pacer.put("a", .callback)
        #expect(steps(&pacer, at: 0) == ["list", "until 500.0"])
        pacer.put("1", .answer)
        #expect(steps(&pacer, at: 100) == ["1", "until 500.0"])
    }
}

struct ControlRoomsTests {
    /// A control room that has the commands from its configuration never asks for them.
    @Test func whoCommandsOrIsTheOnlyOneIsTheControlRoom() {
        var rooms = ControlRooms<String>()
        let a = rooms.add("a")
        #expect(rooms.current == "a")
        let b = rooms.add("b")
        #expect(rooms.current == nil)
        rooms.askedForLife(b)
        #expect(rooms.current == "b")
        rooms.commanded(a)
        rooms.askedForLife(b)
        #expect(rooms.current == "a")
        rooms.commanded(b)
        rooms.commanded(a)
        #expect(rooms.current == "b")
        rooms.askedForCommands(a)
        #expect(rooms.current == "a")
        rooms.remove(a)
        rooms.remove(b)
        #expect(rooms.current == nil)
    }

    @Test func theLastThatAskedForCommandsIsTaken() {
        var rooms = ControlRooms<String>()
        let a = rooms.add("a")
        let b = rooms.add("b")
        let c = rooms.add("c")
        #expect(rooms.current == nil)
        rooms.askedForLife(a)
        #expect(rooms.current == "a")
        rooms.askedForCommands(b)
        #expect(rooms.current == "b")
        rooms.askedForCommands(c)
        rooms.askedForLife(c)
        rooms.askedForCommands(b)
        #expect(rooms.current == "c")
        rooms.remove(c)
        #expect(rooms.current == "b")
        rooms.remove(b)
        #expect(rooms.current == "a")
        rooms.remove(a)
        #expect(rooms.current == nil)
    }
}
