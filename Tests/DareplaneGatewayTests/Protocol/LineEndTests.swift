import DareplaneGateway
import TestSupport
import Testing

/// Commands as people and programs type them: with any line end, or none, and blanks where none need to be.
@Suite(.timeLimit(.minutes(1)))
struct LineEndTests {
    private static let ends = ["", "\n", "\r\n", " ", "\t", " \n", "\r\n\r\n"]

    private func module(_ log: LogLines, idle: Duration? = .milliseconds(50)) throws -> (ModuleServer, Calls) {
        var settings = ModuleServerSettings.test
        settings.idle = idle
        let server = ModuleServer(name: "swift", settings: settings, logger: log.logger)
        let calls = Calls()
        for name in ["GO", "STOP"] { try server.on(name) { calls.note(name, $0.arguments) } }
        return (server, calls)
    }

    /// Every end in every position, one command after another on one connection.
    @Test func everyEndInEveryPosition() async throws {
        let (server, calls) = try module(LogLines())
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { peer in
                _ = try await peer.read(through: "\n")
                for before in Self.ends {
                    for after in Self.ends {
                        try await peer.send("\(before)GO\(after);\(before)STOP\(after);")
                        #expect(await calls.next()?.name == "GO")
                        #expect(await calls.next()?.name == "STOP")
                        try await peer.send("\(before)GO\(after)|\(before){\"a\":\(after)1}\(before);")
                        #expect(await calls.next() == Calls.Call("GO", ["a": 1]))
                        try await peer.send("\(before)UP\(after)|\(before);\(after)STOP\(before)|\(after);")
                        #expect(await calls.next()?.name == "STOP")
                        #expect(try await peer.read(through: "1").hasSuffix("1"))
                        try await peer.send("\(before)GET_PCOMMS\(after);")
                        #expect(try await peer.read(through: "|UP") == "GO|STOP|CLOSE|GET_PCOMMS|UP")
                    }
                }
            }
        }
    }

    /// As netcat sends what is typed, a line a segment; also two lines at once.
    @Test(arguments: ["\n", "\r\n", "\r", ""])
    func withoutASemicolon(_ end: String) async throws {
        let (server, calls) = try module(LogLines())
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { peer in
                _ = try await peer.read(through: "\n")
                for command in ["GO", " GO | {}", "STOP"] {
                    try await peer.send(command + end)
                    #expect(await calls.next()?.name == (command == "STOP" ? "STOP" : "GO"))
                }
                try await peer.send("UP" + end)
                #expect(try await peer.read(through: "1") == "1")
                guard !end.isEmpty else { return }
                try await peer.send("GO\(end)STOP\(end)")
                #expect(await calls.next()?.name == "GO")
                #expect(await calls.next()?.name == "STOP")
            }
        }
    }

    @Test(arguments: [Duration.milliseconds(50), nil])
    func whatIsNotKnownIsReportedWithoutASemicolonToo(_ idle: Duration?) async throws {
        let log = LogLines()
        let (server, calls) = try module(log, idle: idle)
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { peer in
                _ = try await peer.read(through: "\n")
                try await peer.send("GOO\n")
                let hint = await log.line(with: "warning What a control room sent is no command", "GOO")
                #expect(hint?.contains("did you mean GO?") == true, "\(hint ?? "-")")
                try await peer.send(";GOO\u{1B}[2J\u{7}\n")
                let line = await log.line(with: "warning What a control room sent is no command", "GOO")
                #expect(line?.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } == true)
                #expect(line?.contains(#"text='GOO\u{1b}[2J\u{7}\n'"#) == true, "\(line ?? "-")")
                // What was begun may go on all the same.
                try await peer.send(";GO|{\"a\":")
                #expect(await log.line(with: "warning A command was refused", "GOO") != nil)
                #expect(await log.line(with: "warning What a control room sent is no command", "GO|{") != nil)
                try await peer.send("1};")
                #expect(await calls.next() == Calls.Call("GO", ["a": 1]))
                try await peer.send("HALF")
            }
            // Who leaves in the middle is told of at once.
            #expect(await log.line(with: "warning What a control room sent is no command", "text='HALF'") != nil)
        }
    }
}
