import AcquisitionRPC
public import Logging

/// The acquisition process as an IBL rig: controllers of `iblutil.io.net` start and stop it, ask how it stands, and hear
/// when that changes.
///
/// ```swift
/// let gateway = IBLGateway(settings: IBLGatewaySettings(), client: client, logger: logger)
/// try await gateway.run()   // until the task is cancelled
/// ```
///
/// | message | what happens | answer |
/// | --- | --- | --- |
/// | EXPINIT | the status and the experiment (`exp_ref`) are kept; a command where the lab maps one | the same event |
/// | EXPCLEANUP | both are forgotten; a command where the lab maps one | the same event |
/// | EXPSTART | the acquisition starts; `expRef`, `subject`, `date` and `number` are in the command's data | the same event and reference |
/// | EXPEND, EXPINTERRUPT | the acquisition stops | the same event |
/// | EXPSTATUS | nothing | the present status |
/// | EXPINFO | GET_STATUS | the present status, with what the process says and ``IBLGatewaySettings/info`` |
/// | ALYX | a login is left alone, the request for one refused; see ``IBLGatewaySettings/keepsLogins`` | none, or the login |
///
/// What fails is reported as the protocol reports errors, with event 0; and so is every message, whatever it says, while the
/// process is not there: no answer claims that something is prepared where nothing is. Everybody who has said something is
/// told where the process starts or stops to acquire, with EXPSTATUS (but not who made it do so, and has the answer), and
/// of an emergency stop, with EXPINFO besides.
public struct IBLGateway: Gateway {
    /// `ibl`
    public var name: String { "ibl" }
    private let settings: IBLGatewaySettings
    private let client: RpcClient
    private let logger: Logger

    /// A gateway to the process that `client` talks to.
    public init(settings: IBLGatewaySettings = IBLGatewaySettings(), client: RpcClient, logger: Logger) {
        self.settings = settings
        self.client = client
        self.logger = logger.safe
    }

    /// Binds, serves until the task is cancelled, and closes everything.
    ///
    /// - Throws: `GatewayError` where it cannot bind.
    public func run(onListening: @escaping @Sendable (ListenAddress) -> Void) async throws {
        let gateway = settings.gateway
        let communicator = Communicator(
            .server,
            at: RigURI(settings.transport, host: gateway.listen.host, port: gateway.listen.port),
            settings: settings.conversation,
            limits: gateway.limits,
            logger: logger
        )
        let giver = CommandGiver(client: client, map: gateway.map, role: gateway.role, logger: logger)
        let desk = RigDesk(settings: settings, communicator: communicator, giver: giver, logger: logger)
        let announcer = RigAnnouncer(
            settings: settings,
            client: client,
            communicator: communicator,
            desk: desk,
            logger: logger
        )
        // Listens before anything can arrive.
        let arriving = communicator.messages()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await communicator.run { onListening($0.address) }
                return true
            }
            group.addTask {
                await desk.serve(arriving)
                return false
            }
            group.addTask {
                await announcer.run()
                return false
            }
            defer { group.cancelAll() }
            while let isOver = try await group.next(), !isOver {}
        }
    }
}
