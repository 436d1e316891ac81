import Testing

@testable import AcquisitionRPC

struct ServiceLifecycleTests {
    @Test func startsOnceAndStopsOnce() throws {
        var lifecycle = ServiceLifecycle()
        try lifecycle.start()
        lifecycle.started()
        #expect(throws: Never.self) { try lifecycle.checkSend() }
        #expect { try lifecycle.start() } throws: { ($0 as? RpcServiceError)?.code == .alreadyStarted }
        let isFirst = lifecycle.stop()
        #expect(isFirst)
        let isSecond = lifecycle.stop()
        #expect(!isSecond, "only the first to ask stops it")
        lifecycle.stopped()
        #expect { try lifecycle.start() } throws: { ($0 as? RpcServiceError)?.code == .stopped }
    }

    @Test func aFailedStartMayBeTriedAgain() throws {
        var lifecycle = ServiceLifecycle()
        try lifecycle.start()
        lifecycle.failedToStart()
        #expect { try lifecycle.checkSend() } throws: { ($0 as? RpcServiceError)?.code == .notStarted }
        #expect(throws: Never.self) { try lifecycle.start() }
    }

    @Test func stoppingBeforeTheStartDoesNothing() throws {
        var lifecycle = ServiceLifecycle()
        let isFirst = lifecycle.stop()
        #expect(!isFirst)
        #expect(throws: Never.self) { try lifecycle.start() }
    }

    @Test func nothingIsSentWhileStopping() throws {
        var lifecycle = ServiceLifecycle()
        try lifecycle.start()
        lifecycle.started()
        _ = lifecycle.stop()
        #expect { try lifecycle.checkSend() } throws: { ($0 as? RpcServiceError)?.code == .stopped }
    }
}
