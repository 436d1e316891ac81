/// Something that happened in a control room.
public enum ControlRoomEvent: Sendable, Hashable {
    /// The process of a module runs.
    case moduleStarted(module: String, processID: Int)
    /// The process of a module has ended, or could not be started.
    case moduleExited(module: String, reason: String)
    /// A module is connected and answers.
    case moduleUp(module: String, commands: [String])
    /// A module does not answer, or its connection is lost.
    case moduleDown(module: String, reason: String)
    /// A line that a module printed.
    case moduleOutput(module: String, line: String)
    /// A log record of a module; nil for the module where the process is none that the control room started.
    case moduleLog(module: String?, logger: String, level: String, message: String)
    /// Something that a module said on its connection and that is no callback, such as that it could not decode a command.
    case moduleRemark(module: String, text: String)
    /// A callback was passed on.
    case callbackPassed(from: String, to: String, command: String)
    /// A callback was not passed on.
    case callbackRejected(from: String, callback: String, reason: String)
}
