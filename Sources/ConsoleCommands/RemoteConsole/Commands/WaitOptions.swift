import ArgumentParser

/// Whether and how long to wait for the result of a command that is pending.
struct WaitOptions: ParsableArguments {
    @Option(
        defaultAsFlag: WaitLimit.endless,
        help: ArgumentHelp(
            "Wait for the result of a pending command, as is usual; with a time, for no longer than that.",
            valueName: "time"
        ),
        transform: WaitLimit.parse
    )
    var wait: WaitLimit?

    @Flag(help: "Do not wait for the result of a pending command.")
    var noWait = false

    func validate() throws {
        if noWait, wait != nil { throw ValidationError("--wait and --no-wait exclude one another") }
    }

    var waiting: Waiting {
        if noWait { return .no }
        switch wait {
        case .atMost(let duration): return .forResult(duration)
        case .endless: return .forResult(nil)
        case nil: return .usual
        }
    }
}

/// How long to wait for a result.
enum WaitLimit: Sendable, Hashable, ExpressibleByArgument, CustomStringConvertible {
    case endless
    case atMost(Duration)

    static func parse(_ text: String) throws -> WaitLimit { .atMost(try DurationArgument.parse(text).duration) }

    init?(argument: String) {
        guard let duration = DurationArgument(argument)?.duration else { return nil }
        self = .atMost(duration)
    }

    var description: String {
        switch self {
        case .endless: "as long as it takes"
        case .atMost(let duration): DurationArgument.words(duration)
        }
    }

    var defaultValueDescription: String { description }
}
