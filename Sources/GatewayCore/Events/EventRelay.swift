import AcquisitionRPC
public import Logging

/// Turns events of the acquisition process into foreign messages.
public struct EventRelay: Sendable {
    /// One message to send.
    public struct Message: Sendable, Hashable {
        /// Where it goes.
        public var target: String
        /// What it is called.
        public var name: String
        /// What it says.
        public var data: JSONValue
    }

    private let client: RpcClient
    private let rules: [EventRule]
    private let logger: Logger

    /// Follows `rules`.
    public init(client: RpcClient, rules: [EventRule], logger: Logger) {
        self.client = client
        self.rules = rules
        self.logger = logger.safe
    }

    /// Calls `send` for every message, one after another in the order of the events, until the task is cancelled or the
    /// client is closed. A message that cannot be made, or that `send` refuses, is logged and left out.
    public func run(_ send: @Sendable (Message) async throws -> Void) async {
        guard !rules.isEmpty else { return }
        for await message in client.messages(topics: [.event, .emergency], kinds: Set(rules.map(\.kind))) {
            guard case .event(let event) = message.content else { continue }
            for rule in rules {
                do {
                    guard let data = try rule.data(for: event, dialect: client.dialect ?? .current) else { continue }
                    try await send(Message(target: rule.target, name: rule.name, data: data))
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning(
                        "An event could not be passed on",
                        metadata: ["event": "\(event.kind)", "message": "\(rule.name)", "reason": "\(error)"]
                    )
                }
            }
        }
    }
}
