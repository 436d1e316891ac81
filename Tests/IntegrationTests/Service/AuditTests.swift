import AcquisitionModel
import AcquisitionRPC
import Foundation
import TestSupport
import Testing
import ZeroMQ

/// What a service over ZeroMQ writes into its audit file.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct AuditTests {
    private func bench(_ file: AuditedFile) throws -> Bench {
        try Bench {
            $0.audit = AuditOptions(path: file.path)
            $0.pendingAfter = .milliseconds(30)
        }
    }

    private func request(_ nonce: Int) -> String { #"{"command":400,"nonce":\#(nonce)}"# }

    @Test func everyCommandIsWrittenDownWithItsOutcome() async throws {
        let file = try AuditedFile()
        let bench = try bench(file)
        let (slow, never) = (Gate(), Gate())
        bench.service.setDelegate { [weak service = bench.service] request in
            switch request.nonce {
            case 1: return .success()
            case 2: throw CommandError("no", code: 7)
            case 3:
                await slow.wait()
                return .failed()
            case 4: return service?.answerLater(to: request) { .success() } ?? .unavailable()
            case 5: return ApiCommandRequestResponse(.pendingWithNotification)
            default:
                await never.wait()
                return .success()
            }
        }
        let subscriber = try await bench.subscriber()
        let client = try bench.commands(.req)
        for nonce in 1...6 { _ = try await client.ask(request(nonce)) }
        _ = try await client.ask("nonsense")
        _ = try await client.ask(#"{"command":0,"nonce":8}"#)
        await slow.open()
        try bench.service.sendCommandResult(ApiCommandRequestResponse(.success, command: .getStatus, nonce: 5))
        _ = try await subscriber.next(3)
        await bench.service.stop()

        let report = try file.verify()
        #expect(report.problem == nil && report.isStopped && report.starts == 1 && report.lost == 0)
        let entries = try file.entries()
        #expect(entries.under("seq") == (1...entries.count).map { JSONValue($0) })
        #expect(entries.first?["entry"] == "start" && entries.last?["entry"] == "stop")
        let commands = entries.filter { $0["entry"] == "command" }
        #expect(commands.under("nonce") == [1, 2, 3, 4, 5, 6, 8])
        let later: JSONValue = "pendingWithNotification"
        #expect(commands.under("outcome") == ["success", "exception", later, later, later, later, "success"])
        #expect(commands[1]["errorCode"] == 7)
        let results = entries.filter { $0["entry"] == "result" }
            .sorted { $0["nonce"]?.int ?? 0 < $1["nonce"]?.int ?? 0 }
        #expect(results.under("nonce") == [3, 4, 5, 6])
        #expect(results.under("outcome") == ["failed", "success", "success", "failed"])
        // The one that waited for its end took as long as that; the application's own belongs to its request too.
        #expect(try #require(results[0]["duration"]?.double) >= 0.03)
        #expect(results[2]["duration"] != nil && results[2]["digest"] == commands[4]["digest"])
        // The digest of what was sent tells which request it was.
        for (nonce, digest) in zip(1..., results.under("digest").prefix(2)) where nonce != 5 {
            #expect(digest == commands[nonce + 1]["digest"])
        }
        let unreadable = try #require(entries.first { $0["entry"] == "unreadable" })
        #expect(unreadable["reason"]?.string?.contains("rule:") == true)
        await never.open()
        await bench.close()
    }

    /// Whoever reads the file needs nothing of this package: here Python and its hashlib.
    @Test func anybodyCanVerifyTheChain() async throws {
        let file = try AuditedFile()
        let bench = try bench(file)
        bench.service.setDelegate { _ in .success() }
        let client = try bench.commands(.req)
        let body = #"{"command":400,"nonce":{"é\n}":["\\",1.5]},"data":"\u00e9"}"#
        _ = try await client.ask(body)
        await bench.close()
        let program = """
            import datetime, hashlib, json, sys
            previous, body = "0" * 64, sys.argv[2].encode()
            for number, line in enumerate(open(sys.argv[1], "rb").read().splitlines(), 1):
                entry = json.loads(line)
                text, _, rest = line.rpartition(b',"hash":"')
                assert hashlib.sha256(text).hexdigest() == entry["hash"] == rest.decode()[:-2]
                assert entry["prev"] == previous and entry["seq"] == number
                time = datetime.datetime.strptime(entry["time"], "%Y-%m-%dT%H:%M:%S.%f%z")
                assert abs((datetime.datetime.now(datetime.timezone.utc) - time).total_seconds()) < 60
                if entry["entry"] == "command":
                    assert entry["digest"] == hashlib.sha256(body).hexdigest()
                    assert entry["nonce"] == json.loads(body)["nonce"]
                previous = entry["hash"]
            print(number)
            """
        let python = try ToolProcess(".venvs/current/bin/python", ["-c", program, file.path, body])
        #expect(await python.status() == 0, "\(python.errorsSoFar)")
        #expect(python.outputSoFar == "3\n")
    }

    @Test func whatAClientSendsDoesNotSwellTheFile() async throws {
        let file = try AuditedFile()
        let bench = try bench(file)
        bench.service.setDelegate { _ in .success() }
        let client = try bench.commands(.req)
        let long = String(repeating: "\u{1}é", count: 20_000)
        let text = try JSONValue.string(long).encoded()
        let value = String(decoding: text, as: UTF8.self)
        _ = try await client.ask(#"{"command":\#(value),"nonce":\#(value),"customCommand":[\#(value)]}"#)
        await bench.close()
        #expect(try file.verify().problem == nil)
        let bytes = try Data(contentsOf: URL(filePath: file.path))
        #expect(bytes.split(separator: UInt8(ascii: "\n")).allSatisfy { $0.count < 8192 })
    }

    @Test func aServiceThatIsLetGoOfClosesItsFile() async throws {
        let file = try AuditedFile()
        do {
            let service = try Bench.service { $0.audit = AuditOptions(path: file.path) }
            try service.start()
        }
        // Another one gets the lock as soon as the file is closed.
        let next = try Bench.service { $0.audit = AuditOptions(path: file.path) }
        let deadline = ContinuousClock.now + RawPeer.patience
        while (try? next.start()) == nil {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(5))
        }
        await next.stop()
        #expect(try file.entries().under("entry") == ["start", "stop", "start", "stop"])
    }
}
