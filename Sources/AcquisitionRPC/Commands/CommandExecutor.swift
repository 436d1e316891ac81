import AcquisitionModel
import Logging

/// Request, delegate, response: never throws.
struct CommandExecutor: Sendable {
    let logger: Logger
    let tally: Tally

    /// What the delegate answers; what it throws becomes an EXCEPTION.
    func run(
        _ request: ApiCommandRequest,
        _ work: @Sendable () async throws -> ApiCommandRequestResponse
    ) async -> ApiCommandRequestResponse {
        do {
            return try await work()
        } catch let error as CommandError {
            tally.add(.exceptions)
            return ApiCommandRequestResponse(.exception, errorCode: error.code, errorMessage: error.message)
        } catch {
            tally.add(.exceptions)
            logger.error(
                "The delegate threw",
                metadata: ["command": "\(request.command)", "nonce": "\(request.nonce)", "error": "\(error)"]
            )
            let name = String(describing: type(of: error))
            return ApiCommandRequestResponse(.exception, errorMessage: "The command met an error (\(name))")
        }
    }
}
