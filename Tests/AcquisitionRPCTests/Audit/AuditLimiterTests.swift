import AcquisitionModel
import Foundation
import TestSupport
import Testing

@testable import AcquisitionRPC

/// What a stranger can make an audit file grow by.
struct AuditLimiterTests {
    private let kind = AuditLimiter.Kind(entry: "unreadable", address: "10.0.0.9")

    private func time(_ milliseconds: Int) -> AuditTime {
        AuditTime(wall: milliseconds * 1000, monotonic: 5_000_000 + milliseconds * 1000)
    }

    private func count(_ entry: AuditEntry) -> Int {
        guard case .summary(_, let count, _) = entry.content else { return 0 }
        return count
    }

    @Test func fewAreWrittenEach() {
        var limiter = AuditLimiter()
        let admitted = (0..<600).count { limiter.admits(kind, at: time($0 * 1_000)) }
        #expect(admitted == 600 && limiter.take(at: time(700_000)).isEmpty)
    }

    @Test func manyAreCountedAndTheCountIsWritten() {
        var limiter = AuditLimiter()
        let admitted = (0..<50_000).count { limiter.admits(kind, at: time($0 / 10)) }
        #expect(admitted == AuditLimiter.burst)
        let early = limiter.take(at: time(1_000))
        #expect(early.isEmpty)
        let summaries = limiter.take(at: time(5_000))
        #expect(summaries.map(count) == [50_000 - admitted])
        let late = limiter.take(at: time(9_000), isLast: true)
        #expect(late.isEmpty)
        let isAdmitted = limiter.admits(kind, at: time(9_000))
        #expect(isAdmitted)
    }

    @Test func oneSenderDoesNotHideAnother() {
        var limiter = AuditLimiter()
        for number in 0..<5_000 { _ = limiter.admits(kind, at: time(number)) }
        var other = kind
        other.address = "10.0.0.10"
        var refused = kind
        refused.entry = "handshakeRefused"
        let admitted = [kind, other, refused].map { limiter.admits($0, at: time(5_000)) }
        #expect(admitted == [false, true, true])
    }

    /// However many senders there are, the file grows slowly, nothing is left uncounted, and the memory is bounded.
    @Test func whoeverComes() {
        var random = SeededGenerator()
        var limiter = AuditLimiter()
        var (written, counted, summaries) = (0, 0, 0)
        let total = 100_000
        for number in 0..<total {
            var kind = kind
            kind.address = "10.0.\(Int.random(in: 0...3, using: &random)).\(Int.random(in: 0...255, using: &random))"
            if limiter.admits(kind, at: time(number / 10)) { written += 1 }
            if number % 1_000 == 0 {
                let entries = limiter.take(at: time(number / 10))
                summaries += entries.count
                counted += entries.reduce(0) { $0 + count($1) }
            }
        }
        let last = limiter.take(at: time(10_000), isLast: true)
        counted += last.reduce(0) { $0 + count($1) }
        #expect(written + counted == total, "seed \(random.seed)")
        #expect(written <= AuditLimiter.burstInAll + 11 * AuditLimiter.perSecondInAll, "seed \(random.seed)")
        #expect(summaries + last.count <= 6 * (AuditLimiter.maximumSources + 1), "seed \(random.seed)")
    }

    /// Five seconds of this cost 110 MB.
    @Test func aFloodCostsKilobytesAndCommandsThatRanAreAllThere() throws {
        let file = try TemporaryFile()
        let log = try AuditLog(AuditOptions(path: file.path, capacity: 100_000), logger: LineCollector().logger)
        let peer = PeerAddress(envelope: [])
        let sender = CommandSender(user: "mallory", role: .observer, address: "10.0.0.9")
        let trace = AuditTrace(IncomingRequest(peer: peer, frames: [Array("nonsense".utf8)], sender: sender))
        let request = ApiCommandRequest(.getStatus, nonce: 1)
        for number in 0..<20_000 {
            log.report(.unreadable(trace, rule: "it is no JSON"))
            log.report(.command(AuditedOutcome(trace, request, .success(), hasRun: false)))
            log.report(.transport(.refused(RefusedHandshake(address: "10.0.0.9", reason: "no key"))))
            if number % 10 == 0 { log.report(.command(AuditedOutcome(trace, request, .success()))) }
        }
        log.close(with: .stop, within: .seconds(20))
        let report = try file.verify()
        let entries = try AuditSample.lines(file.bytes()).map { try JSONReader.read($0) }
        #expect(report.problem == nil && report.lost == 0 && report.isStopped)
        let others = ["stop", "summary"]
        #expect(report.summedUp + entries.count { !others.contains($0["entry"]?.string ?? "") } == 62_000)
        #expect(entries.count { $0["entry"] == "command" } >= 2_000)
        #expect(entries.count < 2_200)
        let summary = try #require(entries.last { $0["entry"] == "summary" && $0["of"] == "command" })
        #expect(summary["user"] == "mallory" && summary["peer"] == "10.0.0.9" && summary["outcome"] == "success")
    }

    /// A terminal obeys some characters that JSON may hold as they are.
    @Test func noTextOfAStrangerIsAnOrderToATerminal() throws {
        let nonce: JSONValue = "a\u{9B}2J\u{202E}\u{2028}\u{7F}\u{1B}é\u{E0041}🐭"
        var (chain, text) = (AuditChain(), [UInt8]())
        let outcome = AuditedOutcome(ApiCommandRequestResponse(.success, command: .getStatus, nonce: nonce))
        chain.seal(AuditEntry(.command(outcome)), into: &text)
        #expect(AuditSample.verify(text).problem == nil)
        let line = String(decoding: text.dropLast(), as: UTF8.self)
        #expect(SafeText.of(line) == line && line.contains("é") && line.contains("\\u009b2J\\u202e"))
        #expect(try JSONReader.read(Array(text.dropLast()))["nonce"] == nonce)
    }
}
