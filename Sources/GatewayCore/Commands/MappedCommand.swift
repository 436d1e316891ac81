/// What a foreign command stands for: a command of the acquisition process with its data, and which answer counts.
public struct MappedCommand: Sendable, Hashable {
    /// Which command is given.
    public enum Target: Sendable, Hashable {
        /// A command of the protocol.
        case command(ApiCommand)
        /// A command of the lab's own: `ApiCommand.userDefined` with this `customCommand`, a name or a number.
        case custom(JSONValue)
        /// What starts the acquisition in the release that the process speaks: SET_APPLICATION_MODE to `running`, of
        /// 0.9.7 START_ACQUISITION.
        case startAcquisition
        /// What stops the acquisition: SET_APPLICATION_MODE to `idle`, of 0.9.7 STOP_ACQUISITION.
        case stopAcquisition
    }

    /// Which answer the foreign side waits for.
    public enum Answer: String, Sendable, Hashable, CaseIterable {
        /// The result: of a command that is pending, what is published when it is done.
        case final
        /// The reply: a command that is pending counts as done.
        case accepted
    }

    /// Which command is given.
    public var target: Target
    /// The command's data, in which `$name` stands for an argument of the foreign command (see ``Template``); nil for the
    /// foreign command's arguments as they are.
    public var data: JSONValue?
    /// Which answer the foreign side waits for.
    public var answer: Answer
    /// How long to wait for the reply; nil for the client's time.
    public var timeout: Duration?
    /// How long to wait for the result of a pending command; nil for as long as it takes.
    public var resultTimeout: Duration?

    /// A command to give.
    public init(
        _ target: Target,
        data: JSONValue? = nil,
        answer: Answer = .final,
        timeout: Duration? = nil,
        resultTimeout: Duration? = nil
    ) {
        self.target = target
        self.data = data
        self.answer = answer
        self.timeout = timeout
        self.resultTimeout = resultTimeout
    }

    /// The command that is given in `dialect`, which `customCommand`, and with which data.
    ///
    /// - Throws: ``GatewayError`` of the code `badValue` where `data` names an argument that is not there.
    public func request(
        in dialect: Dialect,
        _ arguments: JSONValue
    ) throws(GatewayError) -> (command: ApiCommand, customCommand: JSONValue, data: JSONValue) {
        let filled = try data.map { (template) throws(GatewayError) in try Template.fill(template, with: arguments) }
        let data = filled ?? arguments
        switch (target, dialect) {
        case (.command(let command), _): return (command, -1, data)
        case (.custom(let which), _): return (.userDefined, which, data)
        case (.startAcquisition, .legacy): return (ApiCommand.Legacy.startAcquisition, -1, data)
        case (.stopAcquisition, .legacy): return (ApiCommand.Legacy.stopAcquisition, -1, data)
        case (.startAcquisition, .current): return (.setApplicationMode, -1, mode(.running, data))
        case (.stopAcquisition, .current): return (.setApplicationMode, -1, mode(.idle, data))
        }
    }

    /// The mode beside whatever else there is to say: the process may want the name of the recording too.
    private func mode(_ mode: ApiApplicationMode, _ data: JSONValue) -> JSONValue {
        var members = data.object ?? JSONObject()
        members.set("mode", to: JSONValue(mode.rawValue))
        return .object(members)
    }
}
