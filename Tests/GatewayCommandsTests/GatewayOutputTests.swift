import AcquisitionModel
import AcquisitionRPC
import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// Nobody reads what `rpc-gateway` says, it is lost, or the terminal goes: those that it serves notice nothing.
@Suite(.timeLimit(.minutes(2)))
struct GatewayOutputTests {
    /// The gateways of all protocols, in a process whose streams a test chooses.
    private struct Gateway {
        let trainer: RunningTrainer
        let folder: TemporaryFolder
        let ports: [Int]
        let process: StreamProcess

        init(
            _ options: [String] = [],
            input: StreamProcess.Stream = .null,
            output: StreamProcess.Stream = .null,
            errors: StreamProcess.Stream = .null
        ) async throws {
            trainer = try await RunningTrainer()
            ports = try await FreePorts.some(3)
            folder = try TemporaryFolder()
            let file = try folder.write(
                "rig.toml",
                """
                [service]
                command_port = \(trainer.commandPort)
                subscriber_port = \(trainer.subscriberPort)
                [dareplane]
                listen = "127.0.0.1:\(ports[0])"
                [ibl]
                listen = "tcp://127.0.0.1:\(ports[1])"
                [liaison]
                listen = "127.0.0.1:\(ports[2])"
                print_markers = true
                """
            )
            process = try StreamProcess(
                "rpc-gateway",
                ["run", "--config", file, "-vv"] + options,
                input: input,
                output: output,
                errors: errors
            )
        }

        /// Whether each protocol answers a peer that comes anew.
        func serves() async throws {
            for (port, request) in [(ports[0], "GET_PCOMMS|"), (ports[2], "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")] {
                #expect(await Peer.isAnswered(request, port), "port \(port)")
            }
            #expect(await Peer.isAccepted(ports[1]))
        }

        func end(_ signal: Int32 = SIGTERM, _ status: Int32 = 143) async {
            process.send(signal: signal)
            #expect(await process.status(within: .seconds(10)) == status)
            trainer.process.send(signal: SIGTERM)
            _ = await trainer.process.status()
        }
    }

    /// A peer that asks and waits.
    private enum Peer {
        static func isAccepted(_ port: Int) async -> Bool {
            await becomes { (try? await connect(port) { $0.close(promise: nil) }) != nil }
        }

        static func isAnswered(_ request: String, _ port: Int) async -> Bool {
            guard await isAccepted(port) else { return false }
            let (answers, continuation) = AsyncStream.makeStream(of: Void.self)
            guard
                let channel = try? await connect(
                    port,
                    { channel in
                        channel.writeAndFlush(ByteBuffer(string: request), promise: nil)
                    },
                    Reading { continuation.yield() }
                )
            else { return false }
            let timer = Task {
                try await Task.sleep(for: .seconds(20))
                continuation.finish()
            }
            defer { timer.cancel() }
            let isAnswered = await answers.first { _ in true } != nil
            try? await channel.close().get()
            return isAnswered
        }

        private static func connect(
            _ port: Int,
            _ connected: @Sendable (any Channel) -> Void,
            _ reading: Reading = Reading {}
        ) async throws -> any Channel {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { $0.pipeline.addHandler(reading) }
                .connect(host: "127.0.0.1", port: port).get()
            connected(channel)
            return channel
        }

        private final class Reading: ChannelInboundHandler, Sendable {
            typealias InboundIn = ByteBuffer
            private let heard: @Sendable () -> Void

            init(_ heard: @escaping @Sendable () -> Void) { self.heard = heard }

            func channelRead(context: ChannelHandlerContext, data: NIOAny) { heard() }
        }
    }

    @Test func aTerminalThatIsHeldHoldsUpNobody() async throws {
        let terminal = try HeldTerminal()
        terminal.hold()
        let gateway = try await Gateway(
            input: .terminal(terminal),
            output: .terminal(terminal),
            errors: .terminal(terminal)
        )
        for _ in 0..<3 { try await gateway.serves() }
        // When somebody looks again, everything is there.
        terminal.release()
        await onAThread {
            let text = terminal.text(upTo: "LIAISON:CONNECTED")
            #expect(text.contains("dareplane listens on"))
        }
        terminal.hold()
        await gateway.end()
    }

    @Test func pipesThatNobodyReadsHoldUpNobody() async throws {
        let (output, errors) = (try HeldPipe(), try HeldPipe(isSmall: true))
        let gateway = try await Gateway(
            output: .descriptor(output.program),
            errors: .descriptor(errors.program)
        )
        try await gateway.serves()
        // Each peer that comes and goes is worth some lines.
        for _ in 0..<150 { #expect(await Peer.isAccepted(gateway.ports[0])) }
        try await gateway.serves()
        await gateway.end()
        #expect(output.text(upTo: "LIAISON:DISCONNECTED").contains("LIAISON:CONNECTED"))
    }

    #if os(Linux)
        @Test func lostOutputIsSaidAndNotTheEnd() async throws {
            let folder = try TemporaryFolder()
            let errors = try folder.write("errors", "")
            let gateway = try await Gateway(output: .path("/dev/full"), errors: .path(errors))
            try await gateway.serves()
            let said = try String(contentsOfFile: errors, encoding: .utf8)
            #expect(said.contains("Standard output cannot be written: No space left on device"))
            await gateway.end()
        }

        @Test(arguments: [
            ["--help"], ["help", "run"], ["liaison-constants"], ["check", "rig.toml"],
        ])
        func whatIsOnlyOutputEndsWith74(_ arguments: [String]) async throws {
            let folder = try TemporaryFolder()
            let file = try folder.write("rig.toml", "[ibl]\n")
            let errors = try folder.write("errors", "")
            let process = try StreamProcess(
                "rpc-gateway",
                arguments.map { $0 == "rig.toml" ? file : $0 },
                output: .path("/dev/full"),
                errors: .path(errors)
            )
            #expect(await process.status() == 74)
            let said = try String(contentsOfFile: errors, encoding: .utf8)
            #expect(said == "error: Standard output cannot be written: No space left on device\n")
        }
    #endif

    // MARK: - SIGHUP

    @Test func aTerminalThatIsClosedEndsItWithItsLastWords() async throws {
        let (terminal, output) = (try HeldTerminal(), try HeldPipe())
        let gateway = try await Gateway(
            input: .terminal(terminal),
            output: .descriptor(output.program),
            errors: .terminal(terminal)
        )
        try await gateway.serves()
        terminal.hangUp()
        #expect(await gateway.process.status(within: .seconds(10)) == 129)
        #expect(output.text(upTo: "LIAISON:DISCONNECTED").contains("LIAISON:DISCONNECTED"))
        gateway.trainer.process.send(signal: SIGTERM)
        _ = await gateway.trainer.process.status()
    }

    @Test func withoutATerminalItsLogIsBegunAnew() async throws {
        let folder = try TemporaryFolder()
        let log = "\(folder.path)/log"
        let gateway = try await Gateway(["--log-file", log])
        try await gateway.serves()
        try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
        gateway.process.send(signal: SIGHUP)
        #expect(await becomes { FileManager.default.fileExists(atPath: log) })
        try await gateway.serves()
        await gateway.end()
        #expect(try String(contentsOfFile: log, encoding: .utf8).isEmpty == false)
    }

    /// Addresses and the log file too; and the markers of Liaison, which are no JSON, are not there then.
    @Test func whoeverAsksForJSONGetsNothingElse() async throws {
        let (output, folder) = (try HeldPipe(), try TemporaryFolder())
        let options = ["--json", "--log-file", "\(folder.path)/log"]
        let gateway = try await Gateway(options, output: .descriptor(output.program))
        let lines = await onAThread { output.text(upTo: "listening", times: 3) }.split(separator: "\n")
        let names = try lines.filter { $0.contains("listening") }.map {
            try JSONReader.read(String($0))["listening"]?.string ?? ""
        }
        #expect(names.sorted() == ["dareplane", "ibl", "liaison"])
        await gateway.end()
        let entries = try String(contentsOfFile: "\(folder.path)/log", encoding: .utf8).split(separator: "\n")
        #expect(!entries.isEmpty)
        for line in lines + entries { #expect(throws: Never.self) { try JSONReader.read(String(line)) } }
    }

    /// Modules do not outlive their control room, as they would if it just died.
    @Test func theModulesOfAControlRoomEndWithItsTerminal() async throws {
        let (terminal, output) = (try HeldTerminal(), try HeldPipe())
        let ports = try await FreePorts.some(2)
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "room.toml",
            """
            [serve]
            command_port = \(ports[0])
            subscriber_port = \(ports[1])
            [modules.sleeper]
            kind = "exe"
            ip = "127.0.0.1"
            port = 1
            path = "/bin/sh"
            args = ["-c", "echo $$ > \(folder.path)/pid; exec sleep 1000"]
            """
        )
        let process = try StreamProcess(
            "rpc-gateway",
            ["control-room", "--config", file],
            input: .terminal(terminal),
            output: .descriptor(output.program),
            errors: .path(try folder.write("errors", ""))
        )
        let pidFile = "\(folder.path)/pid"
        func module() -> Int32? {
            (try? String(contentsOfFile: pidFile, encoding: .utf8)).flatMap {
                Int32($0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        }
        #expect(await becomes { module() != nil })
        let errors = try String(contentsOfFile: "\(folder.path)/errors", encoding: .utf8)
        let number = try #require(module(), "\(errors)")
        #expect(kill(number, 0) == 0)
        terminal.hangUp()
        #expect(await process.status(within: .seconds(20)) == 129)
        #expect(await becomes { kill(number, 0) != 0 })
    }
}
