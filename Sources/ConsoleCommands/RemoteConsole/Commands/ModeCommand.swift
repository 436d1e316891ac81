import AcquisitionModel
import ArgumentParser

struct ModeCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "mode",
        abstract: "Show the modes, or set one.",
        usage: """
            remote-console mode
            remote-console mode [application] MODE
            remote-console mode training MODE
            """,
        discussion: """
            Application modes: \(ApiApplicationMode.entries().map(\.name).joined(separator: ", ")). \
            Training modes: \(ApiTrainingMode.entries().map(\.name).joined(separator: ", ")). \
            A number or a unique beginning of a name will do.
            """
    )

    @Argument(
        help: "Nothing, MODE, or 'training' MODE.",
        completion: .list(
            ["training", "application"] + ApiApplicationMode.entries().map(\.name)
                + ApiTrainingMode.entries().map(\.name)
        )
    )
    var words: [String] = []
    @OptionGroup var wait: WaitOptions
    @OptionGroup var connection: ConnectionOptions

    /// What the words ask for.
    enum Request: Sendable, Hashable {
        case show
        case application(ApiApplicationMode)
        case training(ApiTrainingMode)
    }

    static func request(_ words: [String]) throws -> Request {
        do {
            switch (words.first, words.count) {
            case (nil, _), ("training", 1), ("application", 1): return .show
            case ("training", 2): return .training(try .find(words[1]))
            case ("application", 2): return .application(try .find(words[1]))
            case (let mode?, 1): return .application(try .find(mode))
            default: throw CommandFailure(.usage, "'mode' takes at most 'training' or 'application' and one mode")
            }
        } catch let error as VocabularyError {
            throw CommandFailure(.usage, error.description)
        }
    }

    func run(in session: Session) async throws {
        let request = try Self.request(words)
        if request == .show {
            let reply = try await session.ask(.getStatus)
            session.peer.learn(from: reply.data)
            return try session.show(reply) { ModeView.lines(ofStatus: $0, style: session.style) }
        }
        guard try await session.dialect() == .current else {
            throw CommandFailure(
                .failed,
                "An application of release 0.9.7 has no command to set a mode",
                hint: "'start' and 'stop' are what it knows."
            )
        }
        switch request {
        case .show: break
        case .application(let mode):
            let reply = try await session.give(.setApplicationMode, data: data(mode.rawValue), waiting: wait.waiting)
            if reply.result == .unrecognized, mode == .running || mode == .idle {
                session.note("'start' and 'stop' also try what older applications know")
            }
            try session.show(reply) {
                [ModeView.line("Application mode", ApiApplicationMode.self, reply, $0, style: session.style)]
            }
        case .training(let mode):
            let reply = try await session.give(.setTrainingMode, data: data(mode.rawValue), waiting: wait.waiting)
            try session.show(reply) {
                [ModeView.line("Training mode", ApiTrainingMode.self, reply, $0, style: session.style)]
            }
        }
    }

    private func data(_ mode: Int) -> JSONValue { ["mode": JSONValue(mode)] }
}
