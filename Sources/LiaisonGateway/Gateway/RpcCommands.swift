import AcquisitionModel
import GatewayCore
import Logging

/// The commands that clients give with `rpc:send` and `rpc:perform`.
struct RpcCommands: Sendable {
    /// The name under which commands of the lab's own are allowed, or not.
    static let userDefined = "USER_DEFINED"

    let client: RpcClient
    let settings: GatewaySettings
    let logger: Logger

    /// What a client asks for.
    struct Order: Sendable {
        /// A name of the map, in any spelling, or a number.
        let command: JSONValue
        let data: JSONValue
        /// Which command of the lab's own; null for none.
        let customCommand: JSONValue
        /// Which answer is waited for.
        let answer: MappedCommand.Answer
        /// How long to wait for the result, in seconds; nil for as long as it takes.
        let timeout: Double?
    }

    /// Gives a command; the reply as the protocol writes it.
    ///
    /// - Throws: `GatewayError`, or `CancellationError`.
    func give(_ order: Order) async throws -> JSONValue {
        let name = try name(of: order.command, isCustom: !order.customCommand.isNull)
        var mapped = try settings.map.command(named: name)
        if !order.customCommand.isNull { mapped.target = .custom(order.customCommand) }
        mapped.answer = order.answer
        if let seconds = order.timeout {
            guard seconds > 0, seconds < 1e9 else {
                throw GatewayError(.badValue, "'timeout' must be a number of seconds")
            }
            mapped.resultTimeout = .seconds(seconds)
        }
        let giver = CommandGiver(client: client, map: [name: mapped], role: settings.role, logger: logger)
        let call = LiaisonCall.current
        let reply = try await giver.give(name, order.data, from: call?.peer?.address ?? "-") { _ in
            // It has begun: what the same client asks for next comes after it in any case.
            call?.letOthersPass()
        }
        return try reply.json(limits: .fromService)
    }

    /// The name that the map has for a command.
    private func name(of command: JSONValue, isCustom: Bool) throws(GatewayError) -> String {
        if isCustom { return Self.userDefined }
        let given: String
        if let text = command.string {
            given = text
        } else if let number = command.int {
            given = ApiCommand(rawValue: number).description
        } else {
            throw GatewayError(.badValue, "A command is a name or a number, not \(command.kindInWords)")
        }
        if settings.map[given] != nil { return given }
        let number = Int(given).map { ApiCommand(rawValue: $0).description }
        let wanted = Self.folded(number ?? given)
        return settings.map.names.first { Self.folded($0) == wanted } ?? given
    }

    private static func folded(_ name: String) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" } }
}
