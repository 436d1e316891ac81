import AcquisitionRPC
import GatewayCore
import IBLGateway
import TestSupport
import Testing

/// What the gateway answers while there is no acquisition process.
@Suite(.timeLimit(.minutes(1)))
struct PresenceTests {
    private static let messages: [RigMessage] = [
        .initialize(["exp_ref": "2026-01-01_1_mouse"]), .status(.connected), .info(.connected), .start(nil), .stop(),
        .stop(immediately: true), .cleanup(),
    ]

    private static var settings: IBLGatewaySettings {
        var settings = IBLGatewaySettings(announces: false)
        // What is given to the process fails by itself, after the client's time.
        for name in settings.gateway.map.names { settings.gateway.map[name]?.timeout = .milliseconds(200) }
        return settings
    }

    @Test(arguments: RigURI.Transport.allCases)
    func nothingIsReadyWithoutAProcess(_ transport: RigURI.Transport) async throws {
        let bench = try GatewayBench()
        await bench.service.stop()
        var settings = Self.settings
        settings.transport = transport
        try await bench.run(settings, isWaiting: false) { uri in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for message in Self.messages {
                    group.addTask {
                        let controller = Communicator.client(uri)
                        try await controller.whileRunning { _ in
                            let answer = try await controller.ask(message)
                            #expect(answer.failure?.event == message.event, "\(message): \(answer)")
                            #expect(answer.failure?.text.contains("The acquisition process") == true, "\(answer)")
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// Right after the start no heartbeat has come yet: the process is asked.
    @Test func aProcessThatIsThereIsFoundAtOnce() async throws {
        let bench = try GatewayBench(heartbeatInterval: .seconds(60))
        try await bench.run(IBLGatewaySettings(announces: false), isWaiting: false) { uri in
            let controller = Communicator.client(uri)
            try await controller.whileRunning { _ in
                let prepared = try await controller.ask(.initialize())
                #expect(prepared == .initialize())
                let status = try await controller.ask(.status(.connected))
                #expect(status == .status(.initialized))
            }
        }
    }

    /// Where the process goes while an experiment is prepared, controllers are told, and nothing is claimed any more.
    @Test func aProcessThatGoesIsReported() async throws {
        let bench = try GatewayBench()
        try await bench.run(IBLGatewaySettings(announcementDelay: .milliseconds(10))) { uri in
            let controller = Communicator.client(uri)
            try await controller.whileRunning { _ in
                _ = try await controller.ask(.initialize())
                let report = controller.expect([.error])
                await bench.service.stop()
                let failure = try await report.value(within: .seconds(10)).message.failure
                #expect(failure?.event == .status && failure?.text.contains("is not there any more") == true)
                let status = try await controller.ask(.status(.connected))
                #expect(status.failure != nil)
            }
        }
    }
}
