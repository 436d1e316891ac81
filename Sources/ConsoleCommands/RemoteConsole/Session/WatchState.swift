import AcquisitionModel
import AcquisitionRPC
import Foundation

/// What the live view knows.
struct WatchState: Sendable {
    /// How many events are kept to be shown.
    static let mostEvents = 200
    /// How many results of commands are kept to be shown.
    static let mostResults = 3

    var commandEndpoint: String
    var subscriberEndpoint: String
    var dialect = Dialect.current
    var liveness = Liveness.offline
    /// Whether there is a connection for commands.
    var isConnected = false
    /// Why there is none, where that is known.
    var problem: String?
    var heartbeat: HeartbeatMessage?
    var heartbeatDate: Date?
    /// The modes, as the application last said.
    var modes: JSONValue = .null
    /// How many messages were dropped before they could be counted.
    var dropped = 0
    /// The commands of this session whose result is still to come, with their age in seconds.
    var pending: [(name: String, nonce: JSONValue, age: Double)] = []
    /// What is known where nothing has come for a while.
    var silence: Silence?
    private(set) var rates: [ApiTopic: MessageRate] = [:]
    /// The newest last; heartbeats and results are not among them.
    private(set) var events: [ReceivedMessage] = []
    /// The results of commands, of any client; the newest last.
    private(set) var results: [ReceivedMessage] = []

    init(commandEndpoint: String, subscriberEndpoint: String) {
        self.commandEndpoint = commandEndpoint
        self.subscriberEndpoint = subscriberEndpoint
    }

    mutating func received(_ message: ReceivedMessage) {
        silence = nil
        if case .notice = message.message.content { return keep(message) }
        rates[message.message.topic, default: MessageRate()].add(at: message.date)
        switch message.message.content {
        case .heartbeat(let heartbeat):
            self.heartbeat = heartbeat
            heartbeatDate = message.date
        case .commandResult:
            results = Array((results + [message]).suffix(Self.mostResults))
        case .event(let event):
            learn(event)
            keep(message)
        case .json, .bytes, .notice: keep(message)
        }
    }

    private mutating func keep(_ message: ReceivedMessage) {
        events.append(message)
        if events.count > Self.mostEvents { events.removeFirst(events.count - Self.mostEvents) }
    }

    /// An event that tells of a mode is believed.
    private mutating func learn(_ event: ApiEvent) {
        let key: String? =
            switch event.kind.name(in: dialect) {
            case "applicationModeChanged": "applicationMode"
            case "trainingModeChanged": "trainingMode"
            default: nil
            }
        guard let key, let mode = event.context["mode"] ?? event.context[key], mode.int != nil else { return }
        var object = modes.object ?? JSONObject()
        object.set(key, to: mode)
        modes = .object(object)
    }
}

/// How many messages come in a second.
struct MessageRate: Sendable, Hashable {
    /// Over how many whole seconds the rate is taken.
    static let window = 5

    private(set) var total = 0
    /// Counts by second since 1970.
    private var counts: [Int: Int] = [:]

    mutating func add(at date: Date) {
        let second = Int(date.timeIntervalSince1970.rounded(.down))
        total += 1
        counts[second, default: 0] += 1
        if counts.count > Self.window + 1 { counts = counts.filter { $0.key >= second - Self.window } }
    }

    /// Messages a second over the last whole seconds before `now`.
    func perSecond(now: Date) -> Double {
        let second = Int(now.timeIntervalSince1970.rounded(.down))
        let sum = (second - Self.window..<second).reduce(0) { $0 + (counts[$1] ?? 0) }
        return Double(sum) / Double(Self.window)
    }
}
