import AcquisitionLifecycle
import AcquisitionZeroMQ
import DareplaneGateway
import Foundation
import GatewayCore
import Logging
import ServiceLifecycle
import UnixSignals

/// A rig that runs its parts in a group of swift-service-lifecycle: a service, a client of it, and a gateway.
///
///     lifecycle-peer AUDIT-FILE [COMMAND-PORT]
///
/// Prints where it can be reached, and `ended` when the group has ended. Every command but GET_STATUS stays pending.
@main
enum LifecyclePeer {
    static func main() async throws {
        let arguments = CommandLine.arguments
        let silent = Logger(label: "lifecycle-peer") { _ in SwiftLogNoOpLogHandler() }
        let options = RpcOptions(
            identifier: "lifecycle-peer",
            heartbeatInterval: .milliseconds(100),
            subscriberPort: 0,
            commandPort: arguments.dropFirst(2).first.flatMap(UInt16.init) ?? 0,
            audit: AuditOptions(path: arguments[1])
        )
        let inside = InProcessTransport()
        guard let service = createApiService(ApiOptions(rpc: options), inside: inside, logger: silent) else { exit(1) }
        service.setDelegate { [service] request in
            if request.command == .getStatus { return .success() }
            return service.answerLater(to: request) {
                try await Task.sleep(for: .seconds(3600))
                return .success()
            }
        }
        let client = try RpcClient(transport: inside.connect())
        var settings = DareplaneGatewaySettings()
        settings.gateway.listen.port = 0
        let gateway = try DareplaneGateway(settings: settings, client: client, logger: silent)
        let group = ServiceGroup(
            services: [
                LifecycleService(service),
                LifecycleService(client),
                LifecycleService("dareplane") {
                    // Answered once the service runs.
                    _ = try await client.request(.none)
                    let endpoints = service.endpoints
                    try await gateway.run { _ in
                        say("ready \(endpoints?.command.first ?? "") \(endpoints?.subscriber.first ?? "")")
                    }
                },
            ],
            gracefulShutdownSignals: [.sigterm],
            logger: silent
        )
        do {
            try await group.run()
            say("ended")
        } catch {
            say("failed: \(error)")
            exit(1)
        }
    }
}

@Sendable private func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
