import AcquisitionModel
import Logging

/// Request, delegate, response: never throws.
struct CommandExecutor: Sendable {
    let log: RepeatLogger
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
            log.error(
                "The delegate threw",
                ["command": "\(request.command)", "nonce": "\(request.nonce)", "error": "\(error)"],
                subject: "\(request.command)"
            )
            let name = String(describing: type(of: error))
            return ApiCommandRequestResponse(.exception, errorMessage: "The command met an error (\(name))")
        }
    }
}
