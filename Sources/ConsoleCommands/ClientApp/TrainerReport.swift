import AcquisitionModel
import AcquisitionRPC

/// What the program says about itself on standard output: one line for people, or one JSON object.
enum TrainerReport: Sendable, Hashable {
    /// The service runs.
    case ready(RpcEndpoints)
    /// A command came and was answered.
    case command(ApiCommandRequest, ApiCommandRequestResponse)
    /// The result of a pending command was published.
    case result(ApiCommandRequest, ApiCommandRequestResponse)
    /// An event was published.
    case event(ApiEvent)
    /// Something else was published.
    case sent(ApiTopic, JSONValue)
}

extension TrainerReport {
    /// The report as one line for a person, without the time.
    func text(in dialect: Dialect) -> String {
        switch self {
        case .ready(let endpoints):
            return "ready: events on \(endpoints.subscriber.joined(separator: " ")), "
                + "commands on \(endpoints.command.joined(separator: " "))"
        case .command(let request, let response):
            return "command  " + Self.text(request, in: dialect) + " -> " + Self.text(response)
        case .result(let request, let response):
            return "result   " + Self.text(request, in: dialect) + " -> " + Self.text(response)
        case .event(let event):
            let context = event.context.isNull ? "" : "  \(event.context)"
            return "event    " + event.kind.display(in: dialect) + context
        case .sent(let topic, let payload):
            return "sent     \(topic.display(in: dialect))  \(payload)"
        }
    }

    /// The report as a JSON object.
    func json(in dialect: Dialect, at time: EventTime) -> JSONObject {
        var object = JSONObject()
        switch self {
        case .ready(let endpoints):
            object.set("ready", to: true)
            object.set("subscriber", to: .string(endpoints.subscriber.first ?? ""))
            object.set("command", to: .string(endpoints.command.first ?? ""))
            return object
        case .command(let request, let response):
            object = Self.json("command", request, response, in: dialect)
        case .result(let request, let response):
            object = Self.json("commandResult", request, response, in: dialect)
        case .event(let event):
            object.set("event", to: JSONValue(event.kind.rawValue))
            object.set("name", to: event.kind.name(in: dialect).map(JSONValue.string) ?? .null)
            object.set("context", to: event.context)
            object.set("index", to: JSONValue(event.index))
            object.set("when", to: event.when.json)
            return object
        case .sent(let topic, let payload):
            object.set("sent", to: .integer(Int64(topic.rawValue)))
            object.set("name", to: topic.name(in: dialect).map(JSONValue.string) ?? .null)
            object.set("payload", to: payload)
        }
        object.set("when", to: time.json)
        return object
    }

    private static func text(_ request: ApiCommandRequest, in dialect: Dialect) -> String {
        var text = request.number.map { $0.display(in: dialect) } ?? "\(request.commandValue)"
        if request.customCommand != -1 { text += " \(request.customCommand)" }
        if !request.data.isNull { text += " \(request.data)" }
        return SafeText.of(text + " (nonce \(request.nonce))")
    }

    private static func text(_ response: ApiCommandRequestResponse) -> String {
        var text = "\(response.result)"
        if let message = response.errorMessage { text += ": \(message)" }
        if !response.data.isNull { text += "  \(response.data)" }
        return SafeText.of(text)
    }

    private static func json(
        _ key: String,
        _ request: ApiCommandRequest,
        _ response: ApiCommandRequestResponse,
        in dialect: Dialect
    ) -> JSONObject {
        var object = JSONObject()
        object.set(key, to: request.commandValue)
        object.set("name", to: request.number?.name(in: dialect).map(JSONValue.string) ?? .null)
        object.set("customCommand", to: request.customCommand)
        object.set("nonce", to: request.nonce)
        object.set("data", to: request.data)
        object.set("result", to: JSONValue(response.result.rawValue))
        object.set("resultName", to: .string(response.result.description))
        object.set("resultData", to: response.data)
        object.set("errorMessage", to: response.errorMessage.map(JSONValue.string) ?? .null)
        return object
    }
}
