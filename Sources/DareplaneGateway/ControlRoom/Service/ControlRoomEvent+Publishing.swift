public import AcquisitionModel
import AcquisitionRPC
import Logging

extension ControlRoomEvent {
    /// The kind under which the event is published.
    public var kind: ApiEventKind {
        switch self {
        case .moduleStarted: ApiEventKind.ControlRoom.moduleStarted
        case .moduleExited: ApiEventKind.ControlRoom.moduleExited
        case .moduleUp: ApiEventKind.ControlRoom.moduleUp
        case .moduleDown: ApiEventKind.ControlRoom.moduleDown
        case .moduleOutput: ApiEventKind.ControlRoom.moduleOutput
        case .moduleLog: ApiEventKind.ControlRoom.moduleLog
        case .moduleRemark: ApiEventKind.ControlRoom.moduleRemark
        case .callbackPassed: ApiEventKind.ControlRoom.callbackPassed
        case .callbackRejected: ApiEventKind.ControlRoom.callbackRejected
        }
    }

    /// What is published with it.
    public var context: JSONObject {
        switch self {
        case .moduleStarted(let module, let processID): ["module": .string(module), "processId": JSONValue(processID)]
        case .moduleExited(let module, let reason), .moduleDown(let module, let reason):
            ["module": .string(module), "reason": .string(reason)]
        case .moduleUp(let module, let commands):
            ["module": .string(module), "commands": .array(commands.map(JSONValue.string))]
        case .moduleOutput(let module, let line): ["module": .string(module), "line": .string(line)]
        case .moduleLog(let module, let logger, let level, let message):
            [
                "module": module.map(JSONValue.string) ?? .null, "logger": .string(logger), "level": .string(level),
                "message": .string(message),
            ]
        case .moduleRemark(let module, let text): ["module": .string(module), "text": .string(text)]
        case .callbackPassed(let from, let to, let command):
            ["from": .string(from), "to": .string(to), "command": .string(command)]
        case .callbackRejected(let from, let callback, let reason):
            ["from": .string(from), "callback": .string(callback), "reason": .string(reason)]
        }
    }

    /// Publishes the event. Where the service does not run, nobody hears it; the log has it all the same.
    func publish(on service: any RpcService, logger: Logger) {
        do {
            try service.sendEvent(ApiEventType<FreeContext>(kind), FreeContext(context))
        } catch {
            logger.debug("An event was not published", metadata: ["event": "\(kind)", "reason": "\(error)"])
        }
    }
}
