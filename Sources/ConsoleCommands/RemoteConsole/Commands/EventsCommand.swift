import AcquisitionModel
import AcquisitionRPC
import ArgumentParser
import Foundation

/// Which messages to show.
struct FilterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Only this topic, by name or number; may be repeated.", valueName: "topic"),
        completion: .custom(CompletedNames.topics)
    )
    var topic: [String] = []
    @Option(
        help: ArgumentHelp("Only events of this kind, by name or number; may be repeated.", valueName: "kind"),
        completion: .custom(CompletedNames.kinds)
    )
    var kind: [String] = []
    @Flag(help: "Show the time since the message before instead of the time of day.")
    var delta = false
}

struct EventsCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Show what the application publishes, as it comes.",
        discussion: """
            Topics: \(ApiTopic.entries().dropFirst().map(\.name).joined(separator: ", ")). An emergency, which is \
            published on two topics, is shown once. What is dropped since it cannot be shown fast enough is counted on \
            standard error, and so is told what to look at where nothing is heard for 3 s. Ends with status 3 where there is no application within --timeout, unless --wait is given.
            """
    )

    @OptionGroup var filter: FilterOptions
    @Option(help: ArgumentHelp("End after so many.", valueName: "n"), transform: NumberArgument.count)
    var count: Int?
    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("End after this time.", valueName: "time"),
        transform: DurationArgument.parse
    )
    var length: DurationArgument?
    @Flag(help: "Wait for an application that is not there yet.")
    var wait = false
    @OptionGroup var connection: ConnectionOptions

    func run(in session: Session) async throws {
        let filter = try EventFilter(topics: filter.topic, kinds: filter.kind)
        // From the first moment on; which kinds are wanted may only be known a little later.
        let all = session.messages(try EventFilter(topics: self.filter.topic, kinds: []), in: .current)
        let time: TimeStyle = self.filter.delta ? .delta : .wallClock
        let (count, length) = (self.count, self.length?.duration)
        let silence = SilenceWatch(session, filter: self.filter.words) { session.note($0) }
        let reading = session.whileRead()
        defer {
            silence.heard()
            reading.finish()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let kinds = filter.kinds(in: try await dialect(session))
                var view = EventPrinter(session: session, time: time)
                for await message in all where view.accepts(message, kinds) {
                    silence.heard()
                    // A slow reader holds this up and nothing else; what comes meanwhile is kept, then counted.
                    await session.out.drained()
                    try Task.checkCancellation()
                    try view.show(message, dropped: all.dropped)
                    if view.shown == count { break }
                }
            }
            group.addTask { try await reading.end() }
            if let length {
                group.addTask {
                    // A time that is over is no failure.
                    try await Task.sleep(for: length)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    /// Whose names to use; also finds out whether anybody is there.
    private func dialect(_ session: Session) async throws -> Dialect {
        var isProblemTold = false
        while true {
            do {
                return try await session.dialect()
            } catch let failure as CommandFailure {
                if session.client.isConnected || session.client.lastHeartbeat != nil {
                    session.note("The application does not answer commands; events are shown all the same")
                    return session.shownDialect
                }
                guard wait else { throw failure }
                if session.client.refusal?.code == .unknownHost, !isProblemTold {
                    session.note(failure.message)
                    isProblemTold = true
                }
                try Task.checkCancellation()
            }
        }
    }
}

/// Shows messages one after another.
struct EventPrinter {
    var session: Session
    let time: TimeStyle
    private(set) var shown = 0
    private var previous: Date?
    private var dropped = 0

    init(session: Session, time: TimeStyle) {
        self.session = session
        self.time = time
    }

    func accepts(_ message: ApiMessage, _ kinds: Set<ApiEventKind>) -> Bool {
        guard !kinds.isEmpty else { return true }
        if case .event(let event) = message.content { return kinds.contains(event.kind) }
        return false
    }

    mutating func show(_ message: ApiMessage, dropped: Int) throws(OutputError) {
        let received = ReceivedMessage(message: message, date: Date())
        if dropped > self.dropped {
            let missing = dropped - self.dropped
            self.dropped = dropped
            let text = "\(missing) messages were dropped: they come faster than they can be shown"
            session.note(text)
            // In the output too, where it is not seen beside the note.
            if session.json {
                try session.out.line(EventLine.json(dropped: missing, at: received.date))
            } else if !session.out.isTerminal {
                try session.out.line("\(WallClock.timeOfDay(received.date))  \(text)")
            }
        }
        let dialect = session.shownDialect
        if session.json {
            try session.out.line(EventLine.json(received, dialect: dialect))
        } else {
            try session.out.line(
                EventLine.text(received, after: previous, time: time, dialect: dialect, style: session.style)
            )
        }
        previous = received.date
        shown += 1
    }
}
