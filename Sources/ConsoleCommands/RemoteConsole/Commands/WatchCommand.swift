import AcquisitionModel
import AcquisitionRPC
import ArgumentParser
import Foundation
import Synchronization

struct WatchCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show the application live on one screen, until Ctrl-C.",
        discussion: """
            Where standard output is no terminal, a plain snapshot is printed every second. Waits for an application \
            that is not there yet.
            """
    )

    @Option(
        help: ArgumentHelp("How often to draw. (default: 500ms on a terminal, 1s elsewhere)", valueName: "time"),
        transform: DurationArgument.parse
    )
    var interval: DurationArgument?
    @Option(help: ArgumentHelp("End after so many drawings.", valueName: "n"), transform: NumberArgument.count)
    var count: Int?
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if let interval, interval.duration < .milliseconds(20) {
            throw ValidationError("--interval must be 20ms or more")
        }
    }

    func run(in session: Session) async throws {
        let watcher = Watcher(session)
        let isScreen = session.out.isTerminal && !session.json && session.settings.environment["TERM"] != "dumb"
        let interval = self.interval?.duration ?? (isScreen ? .milliseconds(500) : .seconds(1))
        let count = self.count
        let silence = SilenceWatch(session) { silence in
            watcher.silent(silence)
            if !isScreen { session.note(silence) }
        }
        let reading = session.whileRead()
        defer {
            silence.heard()
            reading.finish()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await reading.end() }
            group.addTask { await watcher.listen { silence.heard() } }
            group.addTask { await watcher.askForModes() }
            group.addTask {
                let screen = isScreen ? try FullScreen(session.out) : nil
                defer { screen?.close() }
                for drawing in 1... {
                    if !isScreen { try await Task.sleep(for: interval) }
                    // Where nobody reads, the next picture is the better one.
                    await session.out.drained()
                    try Task.checkCancellation()
                    try watcher.draw(on: screen)
                    if drawing == count { break }
                    if isScreen { try await Task.sleep(for: interval) }
                }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            do {
                while try await group.next() != nil {}
            } catch is CancellationError {
                try Task.checkCancellation()
            }
        }
    }
}

/// Keeps the state of the live view up to date.
private final class Watcher: Sendable {
    private let session: Session
    private let state: Mutex<WatchState>
    private let messages: BoundedStream<ApiMessage>

    init(_ session: Session) {
        self.session = session
        messages = session.client.messages()
        state = Mutex(
            WatchState(
                commandEndpoint: session.settings.commandEndpoint,
                subscriberEndpoint: session.settings.subscriberEndpoint
            )
        )
    }

    /// - Parameter heard: is called for each message.
    func listen(heard: () -> Void) async {
        for await message in messages {
            heard()
            let received = ReceivedMessage(message: message, date: Date())
            state.withLock { $0.received(received) }
        }
    }

    /// Nothing came for a while.
    func silent(_ silence: Silence) { state.withLock { $0.silence = silence } }

    /// Once, when the application is there; afterwards its events tell.
    func askForModes() async {
        while !Task.isCancelled {
            guard let reply = try? await session.ask(.getStatus) else { continue }
            session.peer.learn(from: reply.data)
            let members = ["applicationMode", "appStatus", "trainingMode"].compactMap { key in
                reply.data[key].map { (key, $0) }
            }
            return state.withLock { state in if state.modes.isNull { state.modes = .object(members) } }
        }
    }

    func draw(on screen: FullScreen?) throws(OutputError) {
        let now = Date()
        let dialect = session.shownDialect
        let pending = session.pending.all.map { entry in
            let age = (ContinuousClock.now - entry.since).inSeconds
            return (name: entry.command.display(in: dialect), nonce: entry.nonce, age: age)
        }
        let state = self.state.withLock { state in
            state.dialect = dialect
            state.liveness = session.client.currentLiveness
            state.isConnected = session.client.isConnected
            state.problem = session.client.refusal?.message
            state.heartbeat = session.client.lastHeartbeat
            state.dropped = messages.dropped
            state.pending = pending
            return state
        }
        if let screen {
            let (columns, rows) = FullScreen.size
            try screen.draw(
                WatchScreen.lines(state, now: now, columns: columns, rows: rows, style: session.style)
            )
        } else if session.json {
            try session.out.line(WatchScreen.json(state, now: now))
        } else {
            try session.out.lines(
                WatchScreen.lines(state, now: now, columns: 200, rows: 40, style: .plain) + [""]
            )
        }
    }
}
