public import AcquisitionModel
import AcquisitionRPC
import Logging

extension ApiEventKind {
    /// The events of a control room. Their numbers are this package's own: the protocol uses none of them.
    public enum ControlRoom {
        /// The process of a module runs: `module`, `processId`.
        public static let moduleStarted = define(91_001, "moduleStarted")
        /// The process of a module has ended, or could not be started: `module`, `reason`.
        public static let moduleExited = define(91_002, "moduleExited")
        /// A module is connected and answers: `module`, `commands`.
        public static let moduleUp = define(91_003, "moduleUp")
        /// A module does not answer, or its connection is lost: `module`, `reason`.
        public static let moduleDown = define(91_004, "moduleDown")
        /// A line that a module printed: `module`, `line`.
        public static let moduleOutput = define(91_005, "moduleOutput")
        /// Something else that a module said on its connection: `module`, `text`.
        public static let moduleRemark = define(91_006, "moduleRemark")
        /// A callback was passed on: `from`, `to`, `command`.
        public static let callbackPassed = define(91_007, "callbackPassed")
        /// A callback was not passed on: `from`, `callback`, `reason`.
        public static let callbackRejected = define(91_008, "callbackRejected")
        /// A log record of a module: `module`, where it is known, `logger`, `level`, `message`.
        public static let moduleLog = define(91_009, "moduleLog")

        private static func define(_ number: ApiEventKind.RawValue, _ name: String) -> ApiEventKind {
            ApiEventKind.define(number, name)
        }
    }
}

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
