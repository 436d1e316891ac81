import GatewayCore
import IBLGateway

/// A conversation with a clock that the test sets, and what came out of it.
struct Talk {
    private(set) var conversation: PeerConversation
    private(set) var now = ContinuousClock.now
    private(set) var written: [String] = []
    private(set) var delivered: [RigMessage] = []
    private(set) var confirmed: [PeerConversation.ID] = []
    private(set) var failed: [PeerConversation.ID: GatewayError.Code] = [:]
    private(set) var notes: [String] = []
    private(set) var isClosed = false
    private var lastID: PeerConversation.ID = 0

    init(
        _ transport: RigURI.Transport,
        isServer: Bool = false,
        _ settings: ConversationSettings = ConversationSettings(marksDatagrams: false)
    ) {
        conversation = PeerConversation(transport, isServer: isServer, settings)
    }

    mutating func hear(_ text: String) { hear(utf8(text)) }

    mutating func hear(_ bytes: [UInt8]) { perform(conversation.received(bytes, now: now)) }

    @discardableResult
    mutating func send(_ text: String, timeout: Duration? = nil) -> PeerConversation.ID {
        lastID += 1
        perform(conversation.send(utf8(text), id: lastID, timeout: timeout, now: now))
        return lastID
    }

    @discardableResult
    mutating func send(_ message: RigMessage) -> PeerConversation.ID { send(text(message.encoded)) }

    mutating func report(_ message: RigMessage) {
        lastID += 1
        perform(conversation.sendUnconfirmed(message.encoded, id: lastID, now: now))
    }

    mutating func cancel(_ id: PeerConversation.ID) { conversation.cancel(id) }

    mutating func end() { perform(conversation.end(GatewayError(.closed, "the end"))) }

    /// Lets time pass, and does what falls due at each deadline on the way.
    mutating func pass(_ time: Duration) {
        let end = now + time
        while let deadline = conversation.nextDeadline, deadline <= end {
            now = max(now, deadline)
            perform(conversation.timePassed(now: now))
        }
        now = end
    }

    /// What was written since the last time.
    mutating func takeWritten() -> [String] {
        defer { written = [] }
        return written
    }

    private mutating func perform(_ actions: [PeerConversation.Action]) {
        for action in actions {
            switch action {
            case .write(let bytes): written.append(text(bytes))
            case .deliver(let message): delivered.append(message)
            case .confirmed(let id): confirmed.append(id)
            case .failed(let id, let error): failed[id] = error.code
            case .note(let note): notes.append(note)
            case .close: isClosed = true
            }
        }
    }
}
