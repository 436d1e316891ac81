import Logging

extension ControlRoomEvent {
    /// Writes the event into the log.
    func log(to logger: Logger) {
        switch self {
        case .moduleStarted(let module, let processID):
            logger.notice("A module was started", metadata: ["module": "\(module)", "process": "\(processID)"])
        case .moduleExited(let module, let reason):
            logger.warning("The process of a module is gone", metadata: ["module": "\(module)", "reason": "\(reason)"])
        case .moduleUp(let module, let commands):
            let list = commands.joined(separator: " ")
            logger.notice("A module is up", metadata: ["module": "\(module)", "commands": "\(list)"])
        case .moduleDown(let module, let reason):
            logger.warning("A module is down", metadata: ["module": "\(module)", "reason": "\(reason)"])
        case .moduleOutput(let module, let line):
            logger.info("\(line)", metadata: ["module": "\(module)"])
        case .moduleRemark(let module, let text):
            logger.info("A module says something", metadata: ["module": "\(module)", "text": "\(text)"])
        case .callbackPassed(let from, let to, let command):
            logger.info("A callback", metadata: ["from": "\(from)", "to": "\(to)", "command": "\(command)"])
        case .callbackRejected(let from, let callback, let reason):
            logger.error(
                "A callback was rejected",
                metadata: ["from": "\(from)", "callback": "\(callback)", "reason": "\(reason)"]
            )
        }
    }
}
