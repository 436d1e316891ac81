import Logging

extension ControlRoomEvent {
    /// Writes the event into the log.
    ///
    /// - Parameter isStopping: whether the control room is being stopped, so that it is no news that a module is gone.
    func log(to logger: Logger, isStopping: Bool) {
        let gone: Logger.Level = isStopping ? .info : .warning
        switch self {
        case .moduleStarted(let module, let processID):
            logger.notice("A module was started", metadata: ["module": "\(module)", "process": "\(processID)"])
        case .moduleExited(let module, let reason):
            logger.log(
                level: gone,
                "The process of a module is gone",
                metadata: ["module": "\(module)", "reason": "\(reason)"]
            )
        case .moduleUp(let module, let commands):
            let list = commands.joined(separator: " ")
            logger.notice("A module is up", metadata: ["module": "\(module)", "commands": "\(list)"])
        case .moduleDown(let module, let reason):
            logger.log(level: gone, "A module is down", metadata: ["module": "\(module)", "reason": "\(reason)"])
        case .moduleOutput(let module, let line):
            logger.info("\(line)", metadata: ["module": "\(module)"])
        case .moduleLog(let module, let name, let level, let message):
            let levels: [String: Logger.Level] = [
                "DEBUG": .debug, "INFO": .info, "WARNING": .warning, "ERROR": .error, "CRITICAL": .critical,
            ]
            let metadata: Logger.Metadata = ["module": "\(module ?? "-")", "logger": "\(name)"]
            logger.log(level: levels[level] ?? .info, "\(message)", metadata: metadata)
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
