import AcquisitionModel
import Foundation
import Logging
import Synchronization
import Testing

@testable import AcquisitionRPC

/// What a transport says of itself stands in the audit file.
struct TransportReportTests {
    /// A transport that refuses a handshake when it is told to.
    private final class Gatekeeper: ServiceTransport {
        private let inner = InProcessTransport()
        private let listener = Mutex(Listener())

        struct Listener {
            var function: (@Sendable (TransportReport) -> Void)?
        }

        func start(
            _ handler: @escaping RequestHandler
        ) throws(RpcServiceError) -> (endpoints: RpcEndpoints, publisher: any MessagePublisher) {
            try inner.start(handler)
        }
        func report(to listener: @escaping @Sendable (TransportReport) -> Void) {
            self.listener.withLock { $0.function = listener }
        }
        func reply(_ bytes: [UInt8], to peer: PeerAddress) { inner.reply(bytes, to: peer) }
        func stop(flush: Duration) { inner.stop(flush: flush) }
        func tell(_ report: TransportReport) { listener.withLock { $0.function }?(report) }
    }

    /// What a service has counted that heard `reports`.
    private func run(
        _ audit: AuditOptions?,
        _ reports: [TransportReport]
    ) async throws -> [ServiceCounter: Int] {
        let transport = Gatekeeper()
        var options = RpcOptions()
        options.audit = audit
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = TransportRpcService(options: options, transport: transport, logger: silent)
        try service.start()
        for report in reports { transport.tell(report) }
        await service.stop()
        return service.counters
    }

    @Test func refusedHandshakesAndDegradedStatesAreWrittenDown() async throws {
        let file = try TemporaryFile()
        let counters = try await run(
            AuditOptions(path: file.path),
            [
                .refused(RefusedHandshake(address: "10.0.0.9", key: "k", reason: "unknown key")),
                .degraded(part: "keys", reason: "the folder cannot be read"), .recovered(part: "keys"),
            ]
        )
        #expect(counters[.refusedHandshakes] == 1)
        #expect(try file.verify().problem == nil)
        let entries = try AuditSample.lines(file.bytes()).map { try JSONReader.read($0) }
        let kinds = entries.map { $0["entry"]?.string }
        #expect(kinds == ["start", "handshakeRefused", "degraded", "recovered", "stop"])
        #expect(entries[1]["peer"] == "10.0.0.9" && entries[1]["user"] == .null)
        #expect(entries[1]["reason"] == "unknown key")
        #expect(entries[2]["part"] == "keys")
    }

    @Test func refusedHandshakesAreCountedWithoutAnAuditFileToo() async throws {
        let refused = TransportReport.refused(RefusedHandshake(reason: "unknown key"))
        let counters = try await run(nil, [refused, .recovered(part: "keys"), refused])
        #expect(counters[.refusedHandshakes] == 2)
    }
}
