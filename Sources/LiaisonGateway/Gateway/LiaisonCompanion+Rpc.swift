import AcquisitionModel
import GatewayCore

extension LiaisonCompanion {
    /// Registers what gives commands.
    func register(_ commands: RpcCommands) throws(GatewayError) {
        try register(
            "rpc.send",
            LiaisonParameter<JSONValue>("command"),
            LiaisonParameter<JSONValue>("data", default: .null),
            LiaisonParameter<JSONValue>("customCommand", default: .null)
        ) { command, data, custom in
            try await commands.give(
                .init(command: command, data: data, customCommand: custom, answer: .accepted, timeout: nil)
            )
        }
        try register(
            "rpc.perform",
            LiaisonParameter<JSONValue>("command"),
            LiaisonParameter<JSONValue>("data", default: .null),
            LiaisonParameter<JSONValue>("customCommand", default: .null),
            LiaisonParameter<Double?>("timeout", default: nil)
        ) { command, data, custom, timeout in
            try await commands.give(
                .init(command: command, data: data, customCommand: custom, answer: .final, timeout: timeout)
            )
        }
        try value("rpc.commands", commands.settings.map.names)
    }

    /// Registers what the process says of itself.
    func register(_ values: RpcValues, of client: RpcClient) throws(GatewayError) {
        try value("rpc.status") { try await values.value(of: .getStatus) }
        try value("rpc.configuration") { try await values.value(of: .getConfiguration) }
        try value("rpc.liveness") { "\(client.currentLiveness)" }
    }

    /// Registers what the process publishes.
    func register(_ messages: RpcMessages) throws(GatewayError) {
        try value("rpc.events") { messages.events }
        try register("rpc.subscribe", LiaisonParameter<JSONValue>("topics", default: "event")) { topics in
            guard let peer = LiaisonCall.current?.peer else { return [String]() }
            return messages.subscribe(peer, to: try Self.topics(topics)).map(\.description)
        }
        try register("rpc.unsubscribe", LiaisonParameter<JSONValue>("topics", default: [])) { topics in
            guard let peer = LiaisonCall.current?.peer else { return [String]() }
            return messages.unsubscribe(peer, from: try Self.topics(topics)).map(\.description)
        }
    }

    /// A topic, or several, by name or number.
    private static func topics(_ json: JSONValue) throws -> [ApiTopic] {
        try (json.array ?? [json]).map { topic in
            guard let text = topic.string ?? topic.int.map({ "\($0)" }) else {
                throw LiaisonError("TypeError", "A topic is a name or a number, not \(topic.kindInWords)")
            }
            do { return try ApiTopic.find(text) } catch { throw LiaisonError("LookupError", "\(error)") }
        }
    }
}
