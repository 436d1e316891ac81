import AcquisitionModel
import AcquisitionRPC
import ArgumentParser

struct StartCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start the acquisition.",
        discussion: """
            Sets the application mode to running. An application that does not know that gets START_ACQUISITION: 50, or \
            100 until release 0.9.20; what was used is said.
            """
    )
    @OptionGroup var wait: WaitOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in session: Session) async throws {
        try await session.setRunning(true, waiting: wait.waiting)
    }
}

struct StopCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop the acquisition.",
        discussion: """
            Sets the application mode to idle. An application that does not know that gets STOP_ACQUISITION: 55, or 110 \
            until release 0.9.20; what was used is said.
            """
    )
    @OptionGroup var wait: WaitOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in session: Session) async throws {
        try await session.setRunning(false, waiting: wait.waiting)
    }
}

extension Session {
    fileprivate func setRunning(_ isRunning: Bool, waiting: Waiting) async throws {
        let dialect = try await dialect()
        let forms = CommandForms.running(isRunning, in: dialect, release: client.lastHeartbeat?.version)
        let reply = try await give(forms, waiting: waiting)
        let name = isRunning ? "start" : "stop"
        guard reply.command == .setApplicationMode else { return try show(reply, to: forms.form.command, named: name) }
        try show(reply, named: name) { data in
            [ModeView.line("Application mode", ApiApplicationMode.self, reply, data, style: style)]
        }
    }
}

struct EmergencyCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "emergency",
        abstract: "Stop everything at once, or resume after that."
    )

    enum Action: String, Sendable, CaseIterable, ExpressibleByArgument { case stop, resume }

    @Argument(help: "stop or resume.")
    var action: Action
    @OptionGroup var wait: WaitOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in session: Session) async throws {
        let forms = CommandForms.emergency(stop: action == .stop)
        let reply = try await session.give(forms, waiting: wait.waiting)
        try session.show(reply, to: forms.form.command, named: "emergency \(action)")
    }
}

struct SetCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Switch something that the application does by itself on or off.",
        discussion: "Settings: \(BehaviourSwitch.all.map(\.name).joined(separator: ", ")). A unique beginning will do."
    )

    enum State: String, Sendable, CaseIterable, ExpressibleByArgument { case on, off }

    @Argument(help: "Which setting.", completion: .list(BehaviourSwitch.all.map(\.name)))
    var setting: String
    @Argument(help: "on or off.")
    var state: State
    @OptionGroup var wait: WaitOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in session: Session) async throws {
        let setting = try BehaviourSwitch.find(setting)
        guard try await session.dialect() == .current else {
            throw CommandFailure(.failed, "An application of release 0.9.7 has no such settings")
        }
        let reply = try await session.give(
            setting.command,
            data: ["enabled": JSONValue(state == .on)],
            waiting: wait.waiting
        )
        try session.show(reply, to: setting.command, named: "set \(setting.name)") { data in
            guard let isEnabled = data["enabled"]?.bool else {
                return ReplyView.lines(reply, named: "set \(setting.name)", data: data, style: session.style)
            }
            return ["\(session.style.label(setting.name)): \(isEnabled ? "on" : "off")"]
        }
    }
}
