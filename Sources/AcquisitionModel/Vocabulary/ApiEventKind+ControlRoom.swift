extension ApiEventKind {
    /// The events of a control room for Dareplane modules (`DareplaneGateway`). Their numbers are this package's own: the
    /// protocol uses none of them.
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

        /// All of them, in the order of their numbers. A program that shows events touches this, so that their names are known.
        public static let all: [ApiEventKind] = [
            moduleStarted, moduleExited, moduleUp, moduleDown, moduleOutput, moduleRemark, callbackPassed,
            callbackRejected, moduleLog,
        ]

        private static func define(_ number: ApiEventKind.RawValue, _ name: String) -> ApiEventKind {
            ApiEventKind.defineOwn(number, name)
        }
    }
}
