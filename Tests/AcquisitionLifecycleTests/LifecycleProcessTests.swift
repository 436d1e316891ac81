import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing

/// A process whose parts run in a group of swift-service-lifecycle.
@Suite(.timeLimit(.minutes(1)))
struct LifecycleProcessTests {
    private static func endpoints(of peer: ToolProcess) async throws -> (command: String, subscriber: String) {
        let words = try await peer.line { $0.hasPrefix("ready ") }.split(separator: " ").map(String.init)
        return (try #require(words.dropFirst().first), try #require(words.dropFirst(2).first))
    }

    @Test func sigtermEndsItInItsBoundWithItsLastWords() async throws {
        let folder = try TemporaryFolder()
        let audit = "\(folder.path)/audit.jsonl"
        let peer = try ToolProcess.tool("lifecycle-peer", [audit])
        let endpoints = try await Self.endpoints(of: peer)
        let client = try createApiClient(command: endpoints.command, subscriber: endpoints.subscriber)
        let clock = ContinuousClock()
        let signalled = clock.now
        // SIGTERM goes out when the command is pending.
        let result = try await client.perform(.setApplicationMode) { _ in peer.send(signal: SIGTERM) }
        #expect(result.result == .failed)
        let status = await peer.status()
        let taken = clock.now - signalled
        #expect(status == 0, "\(peer.outputSoFar)\(peer.errorsSoFar)")
        #expect(peer.outputSoFar.hasSuffix("ended\n"))
        // 2 seconds is what a stop may take.
        #expect(taken < .seconds(4) * Sanitizer.slowdown, "\(taken)")
        let entries = try String(contentsOfFile: audit, encoding: .utf8).split(separator: "\n")
        #expect(entries.last?.contains(#""entry":"stop""#) == true, "\(entries.last ?? "-")")
        #expect(entries.contains { $0.contains("setApplicationMode") && $0.contains("failed") })
        client.close()
    }

    @Test func whatCannotStartEndsItWithTheReason() async throws {
        let folder = try TemporaryFolder()
        let first = try ToolProcess.tool("lifecycle-peer", ["\(folder.path)/a.jsonl"])
        let endpoints = try await Self.endpoints(of: first)
        let port = try #require(endpoints.command.split(separator: ":").last.map(String.init))
        let second = try ToolProcess.tool("lifecycle-peer", ["\(folder.path)/b.jsonl", port])
        #expect(await second.status() == 1)
        #expect(second.outputSoFar.contains("failed: ") && second.outputSoFar.contains(port), "\(second.outputSoFar)")
        first.send(signal: SIGTERM)
        #expect(await first.status() == 0)
    }
}
