import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import Synchronization
import TestSupport

/// A client that gives one command after another, of every kind, and is now and then made anew.
struct Visitor: Sendable {
    static let lastToken = Atomic(0)

    let ledger: Ledger
    let make: @Sendable (ClientOptions) throws -> RpcClient
    let slowdown: Int

    func run(seed: UInt64, until end: ContinuousClock.Instant) async throws {
        var random = SeededGenerator(seed: seed)
        while ContinuousClock.now < end {
            let options = ClientOptions(
                timeout: .milliseconds(Int.random(in: 100...3_000, using: &random)),
                retries: Int.random(in: 0...4, using: &random),
                heartbeatInterval: .milliseconds(100)
            )
            guard let client = try? make(options) else {
                // The system has no thread just now.
                try await Task.sleep(for: .milliseconds(20))
                continue
            }
            for _ in 0..<Int.random(in: 1...60, using: &random) where ContinuousClock.now < end {
                await give(client, &random)
            }
            client.close()
        }
    }

    private func give(_ client: RpcClient, _ random: inout SeededGenerator) async {
        if Int.random(in: 0..<20, using: &random) == 0 {
            _ = try? await client.request(.emergencyStop)
            return
        }
        let count = Int.random(in: 1...4, using: &random)
        await withTaskGroup { group in
            for _ in 0..<count {
                let token = Self.lastToken.add(1, ordering: .relaxed).newValue
                let kind = Rig.Behaviour.allCases.randomElement(using: &random) ?? .answers
                let pause = Int.random(in: 0...200, using: &random)
                let isLong = Int.random(in: 0..<30, using: &random) == 0
                let data: JSONValue = [
                    "t": JSONValue(token), "k": JSONValue(kind.rawValue), "ms": JSONValue(isLong ? 2_500 : pause),
                ]
                let performs = Bool.random(using: &random)
                let isCancelled = Int.random(in: 0..<20, using: &random) == 0
                let patience = Duration.milliseconds(Int.random(in: 100...3_000, using: &random))
                group.addTask {
                    let task = Task { await outcome(client, data, performs: performs, patience) }
                    if isCancelled { task.cancel() }
                    if let outcome = await task.value { ledger.told(token, outcome) }
                }
            }
        }
    }

    /// What the client says of the command; nil where nobody waited for it.
    private func outcome(
        _ client: RpcClient,
        _ data: JSONValue,
        performs: Bool,
        _ patience: Duration
    ) async -> Result<ApiCommandReply, RpcClientError>? {
        do {
            let reply =
                performs
                ? try await client.perform(.setApplicationMode, data: data, resultTimeout: patience)
                : try await client.request(.setApplicationMode, data: data)
            return .success(reply)
        } catch let error as RpcClientError {
            return .failure(error)
        } catch {
            return nil
        }
    }
}
