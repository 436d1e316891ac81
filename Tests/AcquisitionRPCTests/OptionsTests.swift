import AcquisitionModel
import Testing

@testable import AcquisitionRPC

/// Options that make no sense are refused with their name; absurd ones that do are taken, and nothing traps.
@Suite(.timeLimit(.minutes(1)))
struct OptionsTests {
    @Test func whatMakesNoSenseIsRefusedByName() {
        let changes: [(String, (inout RpcOptions) -> Void)] = [
            ("heartbeatInterval", { $0.heartbeatInterval = .zero }),
            ("pendingAfter", { $0.pendingAfter = .seconds(-1) }),
            ("deduplicate", { $0.deduplicate = .zero }),
            ("load.pendingTime", { $0.load.pendingTime = .seconds(Int64.min) }),
            ("limits.size", { $0.limits.size = -100_000 }),
            ("limits.depth", { $0.limits.depth = 0 }),
            ("load.inFlightPerPeer", { $0.load.inFlightPerPeer = .min }),
            ("load.inFlight", { $0.load.inFlight = 0 }),
            ("load.pending", { $0.load.pending = -1 }),
            ("load.bytesPerPeer", { $0.load.bytesPerPeer = .min }),
            ("load.bytes", { $0.load.bytes = 0 }),
            ("load.commandsPerSecond", { $0.load.commandsPerSecond = -5 }),
            ("load.connections", { $0.load.connections = 0 }),
            ("load.connectionsPerAddress", { $0.load.connectionsPerAddress = 0 }),
            ("load.reservedDescriptors", { $0.load.reservedDescriptors = -1 }),
        ]
        for (name, change) in changes {
            let error = #expect(throws: RpcServiceError.self) { try HandTransport().service(change) }
            #expect(error?.code == .invalidOptions && error?.message.contains("'\(name)'") == true)
        }
    }

    @Test func whatIsAbsurdIsTaken() async throws {
        let transport = HandTransport()
        let service = try transport.service { options in
            options.heartbeatInterval = .seconds(Int64.max)
            options.pendingAfter = .seconds(Int64.max)
            options.deduplicate = .seconds(Int64.max)
            options.limits = WireLimits(size: .max, depth: .max)
            options.load = LoadLimits(
                inFlightPerPeer: .max,
                inFlight: .max,
                commandsPerSecond: .max,
                pending: .max,
                bytesPerPeer: .max,
                bytes: .max,
                pendingTime: .seconds(Int64.max),
                connections: .max,
                connectionsPerAddress: .max,
                reservedDescriptors: .max
            )
        }
        service.setDelegate { _ in ApiCommandRequestResponse(.pendingWithNotification) }
        for nonce in 1...3 {
            #expect(try transport.ask(#"{"command":120,"nonce":\#(nonce)}"#)?.result == .pendingWithNotification)
        }
        try service.sendEvent(.tunnelEnter)
        await service.stop()
        #expect(try transport.publishedResults().count == 3)
    }
}
