import AcquisitionModel
import Logging
import Synchronization

/// Through this a service reports to its audit file. A service without one has none of these.
final class ServiceAudit: Sendable {
    private let options: AuditOptions
    private let logger: Logger
    private let tally: Tally
    private let log = Mutex<AuditLog?>(nil)
    /// How long a stop waits for the disk.
    private static let closeLimit: Duration = .milliseconds(400)

    /// The audit of a service that does not run yet; nil where there is to be none.
    init?(_ options: AuditOptions?, logger: Logger, tally: Tally) {
        guard let options else { return nil }
        self.tally = tally
        self.options = options
        self.logger = logger
    }

    /// Opens the file.
    ///
    /// - Throws: ``RpcServiceError`` of the code `cannotAudit`.
    func open() throws(RpcServiceError) {
        let opened = try AuditLog(options, logger: logger, tally: tally)
        log.withLock { $0 = opened }
    }

    /// Has it looked at once whether the file is still there; for whoever has just moved it.
    func look() { current?.look() }

    /// Whether the file cannot be written, or misses entries.
    var isDegraded: Bool { current?.isDegraded ?? false }

    /// The service did not start after all.
    func abandon() { log.withLock { $0.take() }?.close(with: nil, within: Self.closeLimit) }

    /// The service has stopped: writes everything down.
    func close() { log.withLock { $0.take() }?.close(with: .stop, within: Self.closeLimit) }

    /// Nobody refers to the service any more: the file is closed when everything is written, and nobody waits.
    func letGo() { log.withLock { $0.take() }?.close(with: .stop, within: nil) }

    // MARK: - What happens

    /// The service runs.
    func started(_ options: RpcOptions, _ endpoints: RpcEndpoints) {
        let release = options.dialect.release
        report(.start(identifier: options.identifier, release: release, endpoints: endpoints))
    }

    /// A client was answered.
    ///
    /// - Parameter hasRun: whether the command reached the application. What did not is only counted where there is too
    ///   much of it.
    func answered(
        _ trace: AuditTrace?,
        _ request: ApiCommandRequest,
        _ response: ApiCommandRequestResponse,
        hasRun: Bool = true
    ) {
        report(.command(AuditedOutcome(trace, request, response, hasRun: hasRun)))
    }

    /// A client was told that its request cannot be read.
    func refused(_ trace: AuditTrace, _ error: UnreadableRequest) {
        report(.unreadable(trace, rule: "\(error.error)"))
    }

    /// The result of a pending command was published.
    func published(_ trace: AuditTrace?, _ request: ApiCommandRequest, _ response: ApiCommandRequestResponse) {
        report(.result(AuditedOutcome(trace, request, response)))
    }

    /// A result was published that names its command itself.
    func published(_ response: ApiCommandRequestResponse) { report(.result(AuditedOutcome(response))) }

    /// The transport has something to say.
    func heard(_ transportReport: TransportReport) { report(.transport(transportReport)) }

    private var current: AuditLog? { log.withLock { $0 } }

    private func report(_ content: AuditEntry.Content) { current?.report(content) }
}
