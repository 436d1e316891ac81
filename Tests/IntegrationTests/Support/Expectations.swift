import AcquisitionModel
import AcquisitionRPC
import Foundation
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

/// Blocks the thread that calls, as a delegate of an application may do: where this stands, that is what is tested.
func blockThread(for seconds: Double) { Thread.sleep(forTimeInterval: seconds) }
