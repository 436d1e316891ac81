import AcquisitionZeroMQ
import DareplaneGateway
import LiaisonGateway
import Logging

/// The code of GATEWAYS.md, compiled. What it does is tested where it is written; here it would need ports of its own.
enum GatewayExamples {
    static func within() async throws {
        let inside = InProcessTransport()
        guard let service = createApiService(ApiOptions(), inside: inside) else { return }
        try service.start()
        let client = try RpcClient(transport: inside.connect(as: CommandSender(user: "dareplane", role: .operator)))
        let gateway = try DareplaneGateway(client: client, logger: Logger(label: "dareplane"))
        try await gateway.run()  // until its task is cancelled
    }

    static func calling(_ gateway: DareplaneGateway) async throws {
        try await gateway.callModule("module-1", "STARTRECORD", ["filename": "mytargetfile.xdf"])
    }

    static func registering(_ valves: Valves) throws {
        let companion = LiaisonCompanion()
        try companion.register("rig.valve.open", .init("side", as: String.self), .init("milliseconds", default: 50)) {
            try await valves.open($0, for: .milliseconds($1))
        }
    }

    struct Valves: Sendable {
        func open(_ side: String, for time: Duration) async throws {}
    }
}
