import ArgumentParser
import Logging

/// The options about what a tool says and how, which both tools share.
struct TalkOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Say nothing on standard error but errors.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Say more on standard error; twice for everything.")
    var verbose: Int

    @Option(help: "Colour on a terminal: auto, always, never. [ACQUISITION_COLOR, NO_COLOR, FORCE_COLOR]")
    var color: ColorChoice?

    @Option(help: "How log lines look: text, json. [ACQUISITION_LOG_FORMAT]")
    var logFormat: LogFormat?

    @Option(
        help: ArgumentHelp(
            "A JSON file with settings; command line and environment come before it. [ACQUISITION_CONFIG]",
            valueName: "file"
        ),
        completion: .file(extensions: ["json"])
    )
    var config: String?

    /// What is logged.
    var logLevel: Logger.Level {
        if quiet { return .error }
        return switch verbose {
        case 0: .warning
        case 1: .info
        default: .trace
        }
    }
}

/// The settings behind ``TalkOptions``, with where each came from.
struct TalkSettings: Sendable {
    var color: Sourced<ColorChoice>
    var logFormat: Sourced<LogFormat>
    var logLevel: Logger.Level
    var isQuiet: Bool

    /// - Parameter json: whether standard output is JSON: so are the log lines then, unless something else was said.
    init(_ options: TalkOptions, _ sources: SettingsSources, json: Bool) throws(CommandFailure) {
        color = try sources.resolve(
            options.color,
            flag: "--color",
            variable: "ACQUISITION_COLOR",
            key: "color",
            default: .auto,
            expected: "auto, always or never",
            parse: ColorChoice.init(rawValue:)
        )
        logFormat = try sources.resolve(
            options.logFormat,
            flag: "--log-format",
            variable: "ACQUISITION_LOG_FORMAT",
            key: "logFormat",
            default: json ? .json : .text,
            expected: "text or json",
            parse: LogFormat.init(rawValue:)
        )
        logLevel = options.logLevel
        isQuiet = options.quiet
    }
}
