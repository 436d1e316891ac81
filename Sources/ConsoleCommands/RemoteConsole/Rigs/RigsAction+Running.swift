import AcquisitionModel
import Foundation
import GatewayTOML
import IBLGateway
import Logging

extension RigsAction {
    /// Asks the rigs and shows how it goes and how it went.
    ///
    /// - Throws: ``CommandFailure`` where a rig failed, or where something about the command line or the file is wrong;
    ///   ``OutputError``; `CancellationError`.
    func run(out: Output, err: Output, environment: [String: String]) async throws {
        let request = try request()
        let list = try rigList(environment)
        let color = options.connection.talk.color ?? .auto
        func style(_ output: Output) -> TextStyle {
            TextStyle(isColored: color.isColored(isTerminal: output.isTerminal, environment: environment))
        }
        let outcome = try await ask(request, list) {
            [isQuiet = options.connection.json || options.connection.talk.quiet, style = style(err)] step in
            let width = list.rigs.map { TextWidth.of($0.name) }.max() ?? 0
            if !isQuiet, let line = RigsView.line(step, width: width, style: style) { try err.line(line) }
        }
        try out.lines(
            options.connection.json
                ? [RigsView.json(request.event, outcome)]
                : RigsView.lines(request.event, outcome, style: style(out))
        )
        // Everything has been said.
        if outcome.status != .done { throw CommandFailure(outcome.status, "") }
    }

    private func ask(
        _ request: RigsRequest,
        _ list: RigList,
        _ show: @escaping @Sendable (RigProgress) throws -> Void
    ) async throws -> RigsOutcome {
        let rigs: RigServices
        do {
            let settings = ConversationSettings(echoTimeout: list.echoTimeout)
            // What goes wrong is in the table.
            rigs = try RigServices(
                list.rigs,
                settings: settings,
                logger: Logger(label: "rigs") { _ in SwiftLogNoOpLogHandler() }
            )
        } catch {
            throw CommandFailure(.usage, error.message)
        }
        return try await rigs.whileRunning {
            let progress = rigs.progress()
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Each rig comes to an end, one way or the other.
                    var ended = 0
                    for await step in progress {
                        try show(step)
                        switch step.step {
                        case .answered, .failed: ended += 1
                        default: break
                        }
                        if ended == list.rigs.count { break }
                    }
                }
                var outcome = RigsOutcome()
                do {
                    outcome.answers = try await request.ask(rigs, list.asking)
                } catch let error as RigServicesError {
                    outcome = RigsOutcome(answers: error.answers, failures: error.failures)
                }
                try await group.waitForAll()
                return outcome
            }
        }
    }

    /// The rigs of the file, and how the command line wants them asked.
    private func rigList(_ environment: [String: String]) throws(CommandFailure) -> RigList {
        let usual = StandardFolders.configuration(environment).map { "\($0)/rigs.toml" }
        let named = options.rigs ?? environment["ACQUISITION_RIGS"].flatMap { $0.isEmpty ? nil : $0 }
        guard let path = named ?? usual else {
            throw CommandFailure(
                .usage,
                "There is no home folder in which rigs could be listed",
                hint: "Name a file: --rigs"
            )
        }
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8)
        else {
            throw CommandFailure(.usage, "The list of rigs \(path) cannot be read", hint: "Name a file: --rigs")
        }
        do throws(ConfigurationErrors) {
            var list = try RigList(TOMLDocument.table(of: text))
            if options.oneAfterAnother { list.asking.isOneAfterAnother = true }
            if let limit = options.connection.timeout?.duration { list.asking.timeLimit = limit == .zero ? nil : limit }
            return list
        } catch {
            throw CommandFailure(.usage, "\(path) is not to be understood:\n\(error)")
        }
    }
}
