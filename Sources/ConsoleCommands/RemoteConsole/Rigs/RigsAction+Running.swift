import AcquisitionModel
import Foundation
import GatewayTOML
import IBLGateway
import Logging

extension RigsAction {
    var connection: ConnectionOptions { options.connection }

    func run(out: Output, err: Output, environment: [String: String]) async throws {
        let request = try await request()
        var list = try RigList.named(options.rigs, environment)
        if options.oneAfterAnother { list.asking.isOneAfterAnother = true }
        if let limit = connection.timeout?.duration { list.asking.timeLimit = limit == .zero ? nil : limit }
        if let grace = options.grace?.duration { list.grace = grace }
        let color = connection.talk.color ?? .auto
        func style(_ output: Output) -> TextStyle {
            TextStyle(isColored: color.isColored(isTerminal: output.isTerminal, environment: environment))
        }
        let view = RigsRun(
            event: request.event,
            isJSON: connection.json,
            isQuiet: connection.json || connection.talk.quiet,
            out: (out, style(out)),
            err: (err, style(err))
        )
        let outcome = try await ask(request, list, view)
        // Everything has been said.
        if outcome.status != .done { throw CommandFailure(outcome.status, "") }
    }

    private func ask(_ request: RigsRequest, _ list: RigList, _ view: RigsRun) async throws -> RigsOutcome {
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
                        try view.show(step, among: list)
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
                try view.show(outcome)
                let late = rigs.lateRigs
                if !late.isEmpty, list.grace > .zero {
                    try view.showWaiting(for: late, within: list.grace)
                    let missing = try await rigs.waitForLateAnswers(within: list.grace) { step in
                        try view.show(step, isLate: true, among: list)
                    }
                    try view.showMissing(missing)
                }
                return outcome
            }
        }
    }
}

/// Where a run with rigs shows how it goes.
private struct RigsRun: Sendable {
    let event: ExpMessage
    let isJSON: Bool
    let isQuiet: Bool
    let out: (output: Output, style: TextStyle)
    let err: (output: Output, style: TextStyle)

    /// One step of one rig.
    func show(_ step: RigProgress, isLate: Bool = false, among list: RigList) throws(OutputError) {
        let width = list.rigs.map { TextWidth.of($0.name) }.max() ?? 0
        guard !isQuiet, let line = RigsView.line(step, width: width, isLate: isLate, style: err.style) else { return }
        try err.output.line(line)
    }

    /// How it went.
    func show(_ outcome: RigsOutcome) throws(OutputError) {
        try out.output.lines(
            isJSON ? [RigsView.json(event, outcome)] : RigsView.lines(event, outcome, style: out.style)
        )
    }

    /// That some are still waited for, and why.
    func showWaiting(for rigs: [String], within grace: Duration) throws(OutputError) {
        guard !isQuiet else { return }
        let names = rigs.map { SafeText.of($0) }.joined(separator: ", ")
        try err.output.line(
            "waiting up to \(DurationArgument.words(grace)) for late answers of \(names), which need an echo "
                + "(Ctrl-C to leave)"
        )
    }

    /// Those that did not come.
    func showMissing(_ rigs: [String]) throws(OutputError) {
        guard !isQuiet, !rigs.isEmpty else { return }
        try err.output.line("no late answer of \(rigs.map { SafeText.of($0) }.joined(separator: ", "))")
    }
}

extension RigList {
    /// The rigs of the file that the command line or the environment names, or of the usual one.
    ///
    /// - Throws: ``CommandFailure``.
    static func named(_ file: String?, _ environment: [String: String]) throws(CommandFailure) -> RigList {
        let usual = StandardFolders.configuration(environment).map { "\($0)/rigs.toml" }
        let named = file ?? environment["ACQUISITION_RIGS"].flatMap { $0.isEmpty ? nil : $0 }
        guard let path = named ?? usual else {
            throw CommandFailure(
                .usage,
                "There is no home folder in which rigs could be listed",
                hint: "Name a file: --rigs"
            )
        }
        let text: String
        do {
            text = try TextFile.read(path)
        } catch {
            throw CommandFailure(
                .usage,
                "The list of rigs \(path) cannot be read: \(error)",
                hint: "Name a file: --rigs"
            )
        }
        do throws(ConfigurationErrors) {
            return try RigList(TOMLDocument.table(of: text))
        } catch {
            throw CommandFailure(.usage, "\(path) is not to be understood:\n\(error)")
        }
    }
}
