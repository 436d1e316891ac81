import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import ArgumentParser
import ZeroMQ

struct DoctorCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look into what may keep this console and the application apart.",
        discussion: """
            Ends with status 0 when all is well, 3 when no command is answered, and 1 for any other problem. \
            Waits for a heartbeat, which usually comes every 5 s.
            """
    )

    @Option(
        help: ArgumentHelp("How long to wait for a heartbeat.", valueName: "time"),
        transform: DurationArgument.parse
    )
    var heartbeatWait = DurationArgument(.seconds(6))
    @OptionGroup var connection: ConnectionOptions

    func run(in session: Session) async throws {
        // The first one may come while everything else is looked at.
        let heartbeats = session.client.messages(topics: [.heartbeat], capacity: 1)
        var report = Report(session)
        if !session.json {
            try session.out.lines(DiagnosisView.settings(session.settings, style: session.style) + [""])
        }
        report.library()
        report.configuration()
        try report.show()
        let areEventsReachable = try await report.ports()
        try report.show()
        await report.commands()
        try report.show()
        await report.heartbeat(heartbeats, atMost: areEventsReachable ? heartbeatWait.duration : .zero)
        try report.show()
        if session.json { try session.out.line(DiagnosisView.json(report.diagnosis, session.settings)) }
        if report.diagnosis.status != .done { throw CommandFailure(report.diagnosis.status, "") }
    }
}

/// A diagnosis in the making.
private struct Report {
    let session: Session
    var diagnosis = Diagnosis()
    private var shown = 0

    init(_ session: Session) { self.session = session }

    /// Shows what was found since the last time.
    mutating func show() throws {
        try Task.checkCancellation()
        defer { shown = diagnosis.findings.count }
        guard !session.json else { return }
        for finding in diagnosis.findings.dropFirst(shown) {
            try session.out.lines(DiagnosisView.lines(finding, style: session.style))
        }
    }

    mutating func library() {
        let hasCurve = Library.has("curve")
        if hasCurve {
            diagnosis.good("libzmq", "\(Library.version), with CURVE")
        } else {
            diagnosis.warning(
                "libzmq",
                "\(Library.version), without CURVE",
                advice: "Connections cannot be encrypted. libzmq built with libsodium could."
            )
        }
    }

    mutating func configuration() {
        let settings = session.settings
        if let file = settings.file {
            diagnosis.good("configuration", "\(file.path) was read")
        } else {
            let path = ConfigurationFile.usualPath(tool: ConsoleSettings.tool, environment: settings.environment)
            diagnosis.good("configuration", "no file" + (path.map { " at \($0)" } ?? ""))
        }
        for key in settings.unknownKeys {
            diagnosis.warning(
                "configuration",
                "'\(key)' is no setting",
                advice: NearNames.of(key, among: ConsoleSettings.keys).first.map { "Did you mean '\($0)'?" }
                    ?? "Known are: \(ConsoleSettings.keys.joined(separator: ", "))."
            )
        }
    }

    /// Whether the port for events can be reached.
    mutating func ports() async throws -> Bool {
        let settings = session.settings
        if let folder = settings.socketFolder { return sockets(folder) }
        guard let addresses = try await addresses() else { return false }
        let limit = min(session.timeout, .seconds(3))
        async let commands = PortProbe.probe(addresses, port: settings.commandPort.value, timeout: limit)
        async let events = PortProbe.probe(addresses, port: settings.subscriberPort.value, timeout: limit)
        let found = await events
        await diagnosis.port("command port", settings.commandEndpoint, commands, option: "--command-port")
        diagnosis.port("event port", settings.subscriberEndpoint, found, option: "--subscriber-port")
        return found == .open
    }

    private mutating func sockets(_ folder: SocketFolder) -> Bool {
        guard diagnosis.folder(folder) else { return false }
        diagnosis.socket("command port", at: folder.commandsPath)
        diagnosis.socket("event port", at: folder.eventsPath)
        return diagnosis.findings.last?.severity == .good
    }

    /// The addresses of the host; nil where there are none, which is said.
    private mutating func addresses() async throws -> [IPAddress]? {
        let name = session.settings.host.value
        do {
            let found = try await HostResolver.shared.addresses(of: name)
            let words = found.map(\.description).joined(separator: ", ")
            if found.count > 1 || words != name { diagnosis.good("host", "'\(name)' is \(words)") }
            return found
        } catch let error as AddressError {
            diagnosis.problem("host", error.message, advice: "Check --host.")
            return nil
        }
    }

    mutating func commands() async {
        let subjects = ["host", "command port"]
        guard diagnosis.findings.allSatisfy({ !subjects.contains($0.subject) || $0.severity == .good }) else { return }
        do {
            let time = try await session.ping()
            diagnosis.isAnswered = true
            diagnosis.good("commands", "answered after \(PingView.milliseconds(time))")
        } catch {
            return diagnosis.problem(
                "commands",
                "\(error)",
                advice: "Is it another program's port, or are the two ports swapped? An application of 0.9.1 to 0.9.17 "
                    + "stops to answer after a request that it cannot read; restart it."
            )
        }
        guard let reply = try? await session.ask(.getStatus) else { return }
        session.peer.learn(from: reply.data)
        if let dialect = PeerDialect.dialect(ofStatus: reply.data) {
            diagnosis.good("status", "has the form of release \(dialect.release)")
        } else {
            diagnosis.warning(
                "status",
                "\(reply.result), in a form of neither release",
                advice: "The release is taken from the heartbeat; --dialect says it otherwise."
            )
        }
    }

    mutating func heartbeat(_ heartbeats: BoundedStream<ApiMessage>, atMost limit: Duration) async {
        let found = await withTaskGroup(of: HeartbeatMessage?.self) { group in
            group.addTask {
                for await case .heartbeat(let heartbeat) in heartbeats.map(\.content) { return heartbeat }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        if let found {
            diagnosis.good("heartbeat", HeartbeatView.text(found))
            let dialect = Dialect(release: found.version)
            let program = found.implementation.map { [$0, found.implementationVersion].compactMap { $0 } }
            diagnosis.good(
                "application",
                "release \(found.version), spoken to as \(dialect.rawValue); "
                    + (program.map { $0.joined(separator: " ") } ?? "the Python package, as it names no other")
            )
        } else if limit > .zero {
            diagnosis.problem(
                "heartbeat",
                "none within \(DurationArgument.words(limit))",
                advice:
                    "Is --subscriber-port the port for events? The application may beat less often: --heartbeat-wait."
            )
        }
    }
}
