import AcquisitionModel

/// One wish in the forms that releases gave it. Which of them a program knows shows in its answers: they are tried from the
/// newest on, and none after one that was understood.
///
/// A program that does not know a command by its number takes it for one of the lab's own, and the answer names that
/// (`protocol/autotrainer.md`, section 3); one that knows the number and does not do it answers UNRECOGNIZED.
struct CommandForms: Sendable, Hashable {
    struct Form: Sendable, Hashable {
        var command: ApiCommand
        var data: JSONValue = .null
        /// What people call it: `startAcquisition (50)`.
        var name: String
    }

    /// The form to give.
    private(set) var form: Form
    /// What is tried where this one's number is not known, and where it is known and not done.
    private var ifUnknown: [Form]
    private var ifUnrecognized: [Form]

    private init(_ form: Form, ifUnknown: [Form] = [], ifUnrecognized: [Form] = []) {
        self.form = form
        self.ifUnknown = ifUnknown
        self.ifUnrecognized = ifUnrecognized
    }

    /// Whether an answer says that the form was not understood; the next one is in ``form`` then, if there is one.
    mutating func moveOn(after reply: ApiCommandReply) -> Bool {
        let isUnknown = reply.command == .userDefined && form.command != .userDefined
        guard isUnknown || reply.result == .unrecognized else { return false }
        guard let next = (isUnknown ? ifUnknown : ifUnrecognized).first else { return false }
        self = CommandForms(next)
        return true
    }

    /// Starting or stopping. From 0.9.21 on 50 and 55 are obsolete, and yet all that some programs know; until 0.9.20
    /// their numbers were 100 and 110.
    ///
    /// - Parameter release: that of the application, where a heartbeat named it.
    static func running(_ isRunning: Bool, in dialect: Dialect, release: String? = nil) -> CommandForms {
        let mode = isRunning ? ApiApplicationMode.running : .idle
        let name = isRunning ? "startAcquisition" : "stopAcquisition"
        let oldest = Form(isRunning ? ApiCommand.Legacy.startAcquisition : ApiCommand.Legacy.stopAcquisition, name)
        if dialect == .legacy || release.map(hasFirstNumbers) == true { return CommandForms(oldest) }
        return CommandForms(
            Form(.setApplicationMode, "setApplicationMode", data: ["mode": JSONValue(mode.rawValue)]),
            ifUnknown: [oldest],
            ifUnrecognized: [Form(isRunning ? .startAcquisition : .stopAcquisition, name)]
        )
    }

    /// Whether a release has the numbers of 0.9.7 for starting and stopping: those before 0.9.21.
    static func hasFirstNumbers(_ release: String) -> Bool {
        let parts = release.split(separator: ".").map { Int($0) ?? 0 }
        return parts.count >= 3 && parts[0] == 0 && (parts[1], parts[2]) < (9, 21)
    }

    /// An emergency stop, or its end. Until 0.9.6 their numbers were 130 and 135.
    static func emergency(stop: Bool) -> CommandForms {
        let name = stop ? "emergencyStop" : "emergencyResume"
        return CommandForms(
            Form(stop ? .emergencyStop : .emergencyResume, name),
            ifUnknown: [Form(ApiCommand(rawValue: stop ? 130 : 135), name)]
        )
    }
}

extension CommandForms.Form {
    fileprivate init(_ command: ApiCommand, _ name: String, data: JSONValue = .null) {
        self.init(command: command, data: data, name: "\(name) (\(command.rawValue))")
    }
}

extension Session {
    /// Gives a command in the first of its forms that the application understands, and says which where it is not the
    /// newest.
    func give(_ forms: CommandForms, waiting: Waiting) async throws -> ApiCommandReply {
        var forms = forms
        let newest = forms.form
        let first = try await give(newest.command, data: newest.data, waiting: waiting)
        guard forms.moveOn(after: first) else { return first }
        let older = forms.form
        note("The application does not know \(newest.name); \(older.name) is tried")
        let reply = try await give(older.command, data: older.data, waiting: waiting)
        let isUnderstood = reply.result != .unrecognized && reply.command == older.command
        if isUnderstood {
            note("\(older.name) was understood")
            return reply
        }
        note("The application does not know \(older.name) either")
        return first
    }
}
