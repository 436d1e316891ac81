import AcquisitionModel

/// What the audit file keeps of a request from its arrival to its result.
struct AuditTrace: Sendable {
    /// When it arrived.
    let arrival: AuditTime
    /// Who sent it, as far as that is known.
    let user: String?
    /// What that user may do.
    let role: String?
    /// The peer's network address.
    let address: String?
    /// What was sent, for its digest.
    let frames: [[UInt8]]

    /// The trace of a request that comes in now.
    init(_ incoming: IncomingRequest) {
        arrival = .now
        user = incoming.sender?.user
        role = incoming.sender?.role?.rawValue
        address = incoming.sender?.address
        frames = incoming.frames
    }

    /// The memory that it keeps, in bytes.
    var size: Int { frames.reduce(0) { $0 + $1.count } }
}

/// What came of a command.
struct AuditedOutcome: Sendable {
    /// The request; nil where the application published a result of which no request is known any more.
    let trace: AuditTrace?
    /// The command's name, or its number.
    let command: ApiCommand
    /// What the client sent as the command, and as the lab's own number.
    let commandValue: JSONValue
    let customCommand: JSONValue
    let nonce: JSONValue
    let result: ApiCommandRequestResult
    let errorCode: Int
    /// Whether the command reached the application; otherwise the service answered it alone.
    let hasRun: Bool

    /// What `request` was answered.
    init(
        _ trace: AuditTrace?,
        _ request: ApiCommandRequest,
        _ response: ApiCommandRequestResponse,
        hasRun: Bool = true
    ) {
        self.hasRun = hasRun
        self.trace = trace
        command = request.command
        commandValue = request.commandValue
        customCommand = request.customCommand
        nonce = request.nonce
        result = response.result
        errorCode = response.errorCode
    }

    /// A result that names its command itself.
    init(_ response: ApiCommandRequestResponse) {
        self.init(nil, ApiCommandRequest(response.command, nonce: response.nonce), response)
    }
}
