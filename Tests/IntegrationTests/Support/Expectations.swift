import AcquisitionModel
import AcquisitionRPC
import Dispatch
import Testing
import ZeroMQ

/// Expects that `body` is refused for this reason; the error, to look at it more closely.
@discardableResult
func expectError(
    _ code: RpcServiceError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws(RpcServiceError) -> Void
) -> RpcServiceError? {
    do {
        try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return nil
    } catch {
        #expect(error.code == code, sourceLocation: sourceLocation)
        return error
    }
}

extension Bench {
    /// Expects that the service answers a new client, and stops it.
    func expectToServe(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        service.setDelegate { _ in .success(["served": true]) }
        let reply = try await commands(.req).ask(#"{"command":400,"nonce":31}"#)
        #expect(reply.nonce == 31 && reply.data == ["served": true], sourceLocation: sourceLocation)
        await close()
    }
}

/// Something that happens once and that others wait for.
actor Gate {
    private(set) var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    func wait() async {
        if isOpen { return }
        await withCheckedContinuation { waiting.append($0) }
    }
}

/// What a delegate blocks its thread on, as that of an application may do: where this stands, that is what is tested.
final class Blockade: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let arrivals = AsyncStream.makeStream(of: Void.self)

    /// Blocks the thread that calls until the blockade is lifted. Call it before anything that suspends: what was
    /// suspended goes on in the pool, which must not be blocked.
    func block() {
        arrivals.continuation.yield()
        semaphore.wait()
        semaphore.signal()
    }

    /// Waits until somebody is blocked.
    func isReached() async { for await _ in arrivals.stream { return } }

    /// Lets everybody go on, those that come later too.
    func lift() { semaphore.signal() }
}
