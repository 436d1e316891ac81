import AcquisitionModel
import ArgumentParser
import IBLGateway

/// What rigs are asked.
enum RigsRequest: Sendable, Hashable {
    case initialize(JSONValue)
    case start(ExperimentReference, JSONValue)
    case stop(JSONValue, immediately: Bool)
    case status(ExpStatus)
    case info(ExpStatus, JSONValue)
    case cleanup(JSONValue)

    /// Asks.
    ///
    /// - Throws: `RigServicesError` where a rig failed.
    func ask(_ rigs: RigServices, _ asking: RigServices.Asking) async throws -> RigAnswers {
        switch self {
        case .initialize(let data): try await rigs.initialize(data, asking)
        case .start(let reference, let data): try await rigs.start(reference, data, asking)
        case .stop(let data, let immediately): try await rigs.stop(data, immediately: immediately, asking)
        case .status(let status): try await rigs.status(status, asking)
        case .info(let status, let data): try await rigs.info(status, data, asking)
        case .cleanup(let data): try await rigs.cleanup(data, asking)
        }
    }

    /// The event that goes out.
    var event: ExpMessage {
        switch self {
        case .initialize: .initialize
        case .start: .start
        case .stop(_, let immediately): immediately ? .interrupt : .end
        case .status: .status
        case .info: .info
        case .cleanup: .cleanup
        }
    }
}

/// What is said besides.
struct RigData: ParsableArguments {
    @Option(help: ArgumentHelp("What to say besides, as \(DataArgument.help)", valueName: "json"))
    var data: String?

    func value() async throws -> JSONValue { try await DataArgument.value(data) }
}

/// How the experiment stands here.
struct RigStatus: ParsableArguments {
    @Argument(help: "How it stands here: connected, initialized, running or stopped.")
    var status = "connected"

    func value() throws(CommandFailure) -> ExpStatus {
        do { return try ExpStatus(named: status) } catch { throw CommandFailure(.usage, error.message) }
    }
}
