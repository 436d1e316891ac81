import AcquisitionModel
import Logging
import TestSupport
import Testing

@testable import AcquisitionRPC

/// What a stranger can have a service write down.
@Suite(.timeLimit(.minutes(1)))
struct FloodTests {
    private let transport = HandTransport()
    private let lines = LineCollector()

    private func service(_ change: (inout RpcOptions) -> Void = { _ in }) throws -> TransportRpcService {
        var options = RpcOptions(heartbeatInterval: .seconds(3600))
        change(&options)
        let service = TransportRpcService(options: options, transport: transport, logger: lines.logger)
        service.setDelegate { request in
            if request.command == .getAnimals { throw CancellationError() }
            return .success()
        }
        try service.start()
        return service
    }

    /// Each of these wrote a line, and an entry.
    @Test func whateverIsRepeatedIsSaidOnceAndCounted() throws {
        let file = try TemporaryFile()
        let service = try service { $0.audit = AuditOptions(path: file.path, capacity: 100_000) }
        let mallory = CommandSender(user: "mallory", role: .observer, address: "10.0.0.9")
        let count = 2_000
        for number in 0..<count {
            try transport.ask("nonsense", as: mallory)
            try transport.ask(#"{"command":0,"nonce":\#(number)}"#, as: mallory)
            try transport.ask(#"{"command":210,"nonce":\#(number)}"#, as: mallory)
        }
        service.stop()
        let counters = service.counters
        #expect(counters[.unreadable] == count && counters[.notAllowed] == count)
        let warnings = lines.all.filter { $0.hasPrefix("warning") }
        #expect(warnings.count == 4, "the first of each kind, and the number of the others: \(warnings)")
        #expect(warnings.count { $0.contains("count=\(count - 1)") } == 2)
        let report = try file.verify()
        #expect(report.problem == nil && report.lost == 0 && report.entries < 200)
        #expect(report.entries + report.summedUp >= 3 * count)
    }

    @Test func aDelegateThatThrowsForOneCommandDoesNotHideAnother() async throws {
        let service = try service()
        let ann = CommandSender(user: "ann", role: .operator)
        service.setDelegate { _ in throw CancellationError() }
        for number in 0..<100 {
            for command in [400, 410] { try transport.ask(#"{"command":\#(command),"nonce":\#(number)}"#, as: ann) }
        }
        await service.stop()
        let errors = lines.all.filter { $0.contains("The delegate threw") }
        #expect(errors.count == 4, "\(errors)")
        #expect(service.counters[.exceptions] == 200)
    }

    /// A raw escape, the end of a line, and one that looks like another.
    @Test(arguments: [
        #"{"a\n2026-11-21 info: all is well":{"b" 1}}"#, #"{"\u001b[2J":{"b" 1}}"#, "{\"\u{9B}2J\u{202E}\":{\"b\" 1}}",
        #"{"command":"\u2028","nonce":"\n"}"#, #"{"command":"\u001b]0;x\u0007"}"#,
    ])
    func noTextOfAStrangerForgesALine(_ request: String) throws {
        let service = try service()
        let sender = CommandSender(user: "a\nb", role: .observer, address: "\u{1B}c")
        try transport.ask(request, as: sender)
        try transport.ask(#"{"command":12345,"nonce":"\n\u001b"}"#, as: sender)
        service.stop()
        for line in lines.all { #expect(SafeText.of(line) == line) }
        #expect(lines.all.contains { $0.contains("user=a\\nb") })
    }

    /// Who was known, and cannot be looked up, may stop, and nothing else.
    @Test func whoCannotBeLookedUpMayStop() throws {
        let service = try service()
        var sender = CommandSender(user: "ann", role: nil)
        sender.isUnverified = true
        #expect(try transport.ask(.emergencyStop, sender).result == .success)
        for command in [ApiCommand.none, .getStatus, .emergencyResume] {
            let reply = try transport.ask(command, sender)
            #expect(reply.isNotAllowed && reply.errorMessage?.contains("cannot look up") == true)
        }
        sender.isUnverified = false
        #expect(try transport.ask(.emergencyStop, sender).isNotAllowed)
        service.stop()
    }
}
