import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Synchronization
import Testing

@testable import ConsoleCommands

/// A service of this package with a small application behind it.
enum SwiftService {
    /// Over ZeroMQ, on free ports, and the options with which the console finds it.
    static func start(
        dialect: Dialect = .current,
        pendingAfter: Duration? = .milliseconds(100),
        _ delegate: @escaping CommandRequestDelegate = answer
    ) throws -> (service: any RpcService, connection: [String]) {
        let options = RpcOptions(
            heartbeatInterval: .milliseconds(200),
            subscriberPort: 0,
            commandPort: 0,
            dialect: dialect,
            pendingAfter: pendingAfter
        )
        let service = try #require(createApiService(ApiOptions(rpc: options)))
        service.setDelegate(delegate)
        try service.start()
        let port = { (endpoints: [String]?) in endpoints?.first?.split(separator: ":").last.map(String.init) }
        return (
            service,
            [
                "--command-port", try #require(port(service.endpoints?.command)),
                "--subscriber-port", try #require(port(service.endpoints?.subscriber)),
            ]
        )
    }

    static let answer: CommandRequestDelegate = { request in
        switch request.command {
        case .getStatus: .success(["applicationMode": 0, "trainingMode": 100])
        case .setApplicationMode, .setTrainingMode, .setLiveAnalysisEnabled: .success(request.data)
        case .emergencyResume: .failed("There was no stop", code: 7)
        case .userDefined: .success(["custom": request.customCommand, "data": request.data, "nonce": request.nonce])
        default: .unrecognized
        }
    }
}

/// What commands write, in memory.
final class Written: Sendable {
    private let text = Mutex("")

    var value: String { text.withLock { $0 } }

    func output(isTerminal: Bool = false) -> Output {
        Output(isTerminal: isTerminal) { [self] bytes in
            text.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
        }
    }
}
