import ArgumentParser
import Foundation
import IBLGateway
import Logging
import Synchronization

/// `rigs watch`: stays connected, echoes, and shows what rigs say.
struct RigsWatch: RigsTool {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Stay connected to the rigs and show what they say, until Ctrl-C.",
        discussion: """
            Every message of a rig is echoed, so that none closes its connection. A rig that listens on UDP knows only whom \
            it has heard: each is asked for its status once, again until it echoes, and with --ask-every from time to time, \
            which also finds a rig that was started again. (iblutil gives up where two speak to each other at the very \
            same moment, so do not ask often.) --json writes one object a line.
            """
    )

    @Option(
        help: ArgumentHelp(
            "The file that lists the rigs. [ACQUISITION_RIGS] (default: ~/.config/acquisition-rpc/rigs.toml)",
            valueName: "file"
        ),
        completion: .file(extensions: ["toml"])
    )
    var rigs: String?

    @Option(help: ArgumentHelp("How often to ask rigs for their status; not again by itself.", valueName: "time"))
    var askEvery: DurationArgument?

    @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

    func run(out: Output, err: Output, environment: [String: String]) async throws {
        if let askEvery, askEvery.duration <= .zero {
            throw CommandFailure(.usage, "--ask-every must be longer than nothing")
        }
        let list = try RigList.named(rigs, environment)
        let color = connection.talk.color ?? .auto
        let style = TextStyle(isColored: color.isColored(isTerminal: out.isTerminal, environment: environment))
        let width = list.rigs.map { TextWidth.of($0.name) }.max() ?? 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            for rig in list.rigs {
                let watcher = RigWatcher(rig: rig, echoTimeout: list.echoTimeout, askEvery: askEvery?.duration)
                group.addTask { [isJSON = connection.json, isQuiet = connection.talk.quiet] in
                    try await watcher.run { news in
                        if isJSON {
                            try out.line(RigsView.json(news, of: rig.name, at: Date()))
                        } else if !isQuiet || news.isSaid {
                            try out.line(RigsView.line(news, of: rig.name, at: Date(), width: width, style: style))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

/// What there is to show of a rig that is watched.
enum RigNews: Sendable, Hashable {
    /// It echoes.
    case connected
    /// It cannot be reached, or does not echo: the reason.
    case away(String)
    /// It says something.
    case said(RigMessage)

    var isSaid: Bool { if case .said = self { true } else { false } }
}

/// Stays connected to one rig.
struct RigWatcher: Sendable {
    let rig: Rig
    let echoTimeout: Duration
    /// How often the rig is asked for its status; nil for once.
    let askEvery: Duration?

    /// The time between attempts to reach a rig.
    private static let pause: Duration = .seconds(2)

    /// Watches until the task is cancelled. Over TCP, connects again.
    ///
    /// - Throws: what `show` throws; `CancellationError`.
    func run(_ show: @escaping @Sendable (RigNews) throws -> Void) async throws {
        let shown = LastNews()
        // That it is still as it was is no news.
        let show: @Sendable (RigNews) throws -> Void = { if $0.isSaid || shown.isNew($0) { try show($0) } }
        while true {
            let communicator = Communicator(
                .client,
                at: rig.uri,
                settings: ConversationSettings(echoTimeout: echoTimeout),
                // What goes wrong is shown.
                logger: Logger(label: "rigs") { _ in SwiftLogNoOpLogHandler() }
            )
            let messages = communicator.messages()
            do {
                try await communicator.whileRunning { _ in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        defer { group.cancelAll() }
                        group.addTask { for await event in messages { try show(.said(event.message)) } }
                        group.addTask { try await ask(communicator, show) }
                        try await group.waitForAll()
                    }
                }
            } catch let error as GatewayError {
                try show(.away(error.message))
            }
            try await Task.sleep(for: Self.pause, clock: .continuous)
        }
    }

    /// Asks for the status until the rig has echoed, and again as often as it was asked for.
    private func ask(_ communicator: Communicator, _ show: (RigNews) throws -> Void) async throws {
        while true {
            var news = RigNews.connected
            do {
                try await communicator.status(.connected)
            } catch let error as GatewayError where error.code == .noAnswer {
                news = .away(error.message)
            }
            try show(news)
            guard news != .connected || askEvery != nil else { return }
            let pause = news == .connected ? askEvery ?? Self.pause : Self.pause
            try await Task.sleep(for: pause.saturated, clock: .continuous)
        }
    }
}

/// How a rig was when that was shown last.
private final class LastNews: Sendable {
    private let last = Mutex<RigNews?>(nil)

    /// Whether it is another way now.
    func isNew(_ news: RigNews) -> Bool {
        last.withLock { last in
            defer { last = news }
            return last != news
        }
    }
}
