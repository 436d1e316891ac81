import AcquisitionModel

/// One line that a person or a script gives to the simulated trainer.
enum TrainerLine: Sendable, Hashable {
    /// Nothing to do: an empty line or a remark.
    case nothing
    /// Publish this event.
    case event(TrainerEvent)
    /// Stop everything, for this reason.
    case emergencyStop(String)
    /// End the emergency stop, for this reason.
    case emergencyResume(String)
    /// Publish this change of a property.
    case property(JSONObject)
    /// Publish this on a topic.
    case send(ApiTopic, JSONValue)
    /// Show the modes.
    case modes
    /// Change the application mode.
    case applicationMode(ApiApplicationMode)
    /// Change the training mode.
    case trainingMode(ApiTrainingMode)
    /// Show the status.
    case status
    /// Show what can be typed; about one word where it is given.
    case help(String?)
    /// Do nothing for a while.
    case wait(Duration)
    /// End the program.
    case quit
}

/// What is wrong with a line.
struct TrainerLineError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence.
    let description: String

    init(_ description: String) { self.description = description }
}

/// The first words that are understood.
enum TrainerWord: String, CaseIterable, Sendable {
    case event, emergency, property, send, mode, status, help, wait, quit

    /// How it is used, and what it does.
    var usage: (form: String, meaning: String) {
        switch self {
        case .event: ("event KIND [JSON]", "publish an event; `help KIND` shows what it carries")
        case .emergency: ("emergency stop|resume [REASON]", "stop everything, or end the stop")
        case .property: ("property JSON", "publish a change of a property")
        case .send: ("send TOPIC JSON", "publish anything on any topic")
        case .mode: ("mode [[training] MODE]", "show the modes, or change one")
        case .status: ("status", "show the status")
        case .help: ("help [KIND]", "show this, or what an event carries")
        case .wait: ("wait SECONDS", "do nothing for a while, in scripts")
        case .quit: ("quit", "end the program")
        }
    }
}
