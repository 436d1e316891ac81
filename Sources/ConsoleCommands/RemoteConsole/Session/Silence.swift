import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Synchronization

/// What is known when nothing has been heard for a while, and what to look at because of it.
struct Silence: Sendable, Hashable {
    /// How long nothing may come before a word is lost about it: less than the usual distance of heartbeats, and more than
    /// a connection takes.
    static let patience: Duration = .seconds(3)
    /// How long the result of a pending command is waited for before that: commands take their time, and a heartbeat comes
    /// usually every 5 s.
    static let patienceForResults: Duration = .seconds(6)

    /// How long nothing came.
    var time = Self.patience
    /// Whether the result of a command is waited for.
    var isForResult = false
    /// Where events are expected.
    var endpoint: String
    /// What was found at that port.
    var port: PortProbe.Finding
    /// Whether a heartbeat came.
    var isAlive = false
    /// Whether there is a connection for events: then it is the right port.
    var isConnected = false
    /// Why the application does not let this client in.
    var refusal: String?
    /// Whether this client has a key.
    var hasKey = false
    /// What the user asked for: `--topic event`.
    var filter: [String] = []
    /// The command that finds out more.
    var doctor = "remote-console doctor"

    /// One sentence.
    var message: String {
        let time = DurationArgument.words(time)
        if let refusal { return "Nothing was heard for \(time): \(refusal)" }
        if isAlive {
            return
                "Nothing was heard for \(time) that matches \(ShellText.command(filter)); heartbeats of the application come"
        }
        if isConnected {
            return "Nothing was heard for \(time) at \(endpoint), to which there is a connection for events"
        }
        return switch port {
        case .open: "Nothing was heard for \(time) at \(endpoint), where something takes connections"
        case .free, .refused: "Nothing was heard for \(time): nothing listens at \(endpoint)"
        case .taken: "Nothing was heard for \(time): the program at \(endpoint) takes no connections"
        case .silent: "Nothing was heard for \(time): there is no answer from \(endpoint)"
        case .failed(let reason): "Nothing was heard for \(time): \(endpoint): \(reason)"
        }
    }

    /// What to look at.
    var hint: String {
        var questions = isForResult ? ["The result of the command is published there."] : []
        if refusal != nil {
            questions.append(
                hasKey
                    ? "Does it know your key?"
                    : "Give your key: --curve-key, and the application's: --curve-server-key."
            )
        } else if isAlive {
            questions.append("The application is idle, or --topic and --kind leave out what it publishes.")
        } else if isConnected {
            questions.append("An idle application is heard by its heartbeats, usually every 5 s.")
        } else if port == .open {
            questions.append(
                "Is it the port for events (--subscriber-port), and not that of commands or another program?"
            )
            questions.append(hasKey ? "Is your key the right one?" : "Does the application ask for keys (--curve-key)?")
        } else {
            questions.append(
                "Does the application run, with its events on this host and port (--host, --subscriber-port)?"
            )
        }
        if !isAlive, !filter.isEmpty { questions.append("The filter is \(ShellText.command(filter)).") }
        return questions.joined(separator: " ") + " More: \(doctor)"
    }
}

extension FilterOptions {
    /// As it is written on the command line.
    var words: [String] { topic.flatMap { ["--topic", $0] } + kind.flatMap { ["--kind", $0] } }
}

/// Says once what may be wrong where nothing comes. Owned by whoever shows what comes.
final class SilenceWatch: Sendable {
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Begins to wait.
    ///
    /// - Parameter tell: is given what is known, unless ``heard()`` was called before.
    init(
        _ session: Session,
        filter: [String] = [],
        isForResult: Bool = false,
        tell: @escaping @Sendable (Silence) -> Void
    ) {
        let patience = isForResult ? Silence.patienceForResults : Silence.patience
        let task = Task {
            guard (try? await Task.sleep(for: patience)) != nil else { return }
            var silence = await session.silence(filter: filter)
            (silence.time, silence.isForResult) = (patience, isForResult)
            // Where the application is heard, or can be, its result will be.
            if isForResult, silence.isAlive || silence.isConnected { return }
            if !Task.isCancelled { tell(silence) }
        }
        self.task.withLock { $0 = task }
    }

    deinit { heard() }

    /// Something came, or nobody waits any more.
    func heard() {
        let task = task.withLock { task in
            defer { task = nil }
            return task
        }
        task?.cancel()
    }
}

extension Session {
    /// What is known now of a silence.
    func silence(filter: [String]) async -> Silence {
        let isConnected = client.areEventsConnected
        return Silence(
            endpoint: settings.subscriberEndpoint,
            port: isConnected ? .open : await eventPort(),
            isAlive: client.lastHeartbeat != nil,
            isConnected: isConnected,
            refusal: client.refusal?.message,
            hasKey: !settings.curveKey.value.isEmpty,
            filter: filter,
            doctor: command("doctor")
        )
    }

    /// What is found where events are expected.
    private func eventPort() async -> PortProbe.Finding {
        if let folder = settings.socketFolder {
            switch SocketFile(at: folder.eventsPath) {
            case .live: return .open
            case .missing, .stale: return .free
            case .other: return .failed("this is no socket")
            case .unknown(let reason): return .failed(reason)
            }
        }
        do {
            let addresses = try await HostResolver.shared.addresses(of: settings.host.value)
            return await PortProbe.probe(
                addresses,
                port: settings.subscriberPort.value,
                timeout: min(timeout, .seconds(2))
            )
        } catch {
            return .failed((error as? AddressError)?.message ?? "\(error)")
        }
    }

    /// Says what a silence may come from.
    func note(_ silence: Silence) { note(silence.message, hint: silence.hint) }

    /// A command of this tool, to be copied: with this session's connection, unless it is a line of the prompt.
    func command(_ words: String...) -> String {
        isInteractive ? ShellText.command(words) : ShellText.command([ConsoleSettings.tool] + settings.flags + words)
    }
}
