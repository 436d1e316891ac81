public import GatewayCore

/// What is said between this side and one peer: which bytes mean what, and when which bytes go out.
///
/// A value without input and output of its own: bytes, messages to send and the time go in, actions come out.
///
/// One message at a time waits for its echo; others wait for it. A message that gets no echo fails, and the next one goes
/// out: nothing else is harmed. What arrives and is no echo is the peer's message, whatever waits (the original takes it
/// for a wrong echo and closes, `protocol/iblutil.md`, I8).
public struct PeerConversation: Sendable {
    /// Names a message of this side.
    public typealias ID = UInt64
    /// When something happens.
    public typealias Instant = ContinuousClock.Instant

    /// What is to be done.
    public enum Action: Sendable, Hashable {
        /// These bytes go out: over UDP as one datagram.
        case write([UInt8])
        /// The peer said this.
        case deliver(RigMessage)
        /// A message of this side arrived; of one that nobody echoes: it went out.
        case confirmed(ID)
        /// A message of this side did not arrive, as far as is known.
        case failed(ID, GatewayError)
        /// Something that people may want to read in a log.
        case note(String)
        /// The connection is to be closed: what follows cannot be told apart any more.
        case close(String)
    }

    struct Waiting: Sendable {
        let id: ID
        let bytes: [UInt8]
        /// Nil for a message that nobody echoes.
        let timeout: Duration?
    }

    struct Outstanding: Sendable {
        let id: ID
        let bytes: [UInt8]
        let timeout: Duration
        let deadline: Instant
    }

    let transport: RigURI.Transport
    /// What the blanks at the end of a datagram are. The two sides have different ones, so that neither takes a message of
    /// the other for its own.
    let blank: UInt8
    let settings: ConversationSettings
    private let limits: WireLimits
    var queue: [Waiting] = []
    var outstanding: Outstanding?
    /// Until when nothing goes out but echoes.
    var quietEnd: Instant?
    var stream = StreamBuffer()
    var restDeadline: Instant?
    /// What this side sent and whose echo may come again, or late.
    var sent = EchoMemory()
    /// What the peer sent, which the network may bring twice.
    private var heard: HeardMessages
    var marks = 0

    /// A conversation that begins.
    ///
    /// - Parameters:
    ///   - transport: what carries it.
    ///   - isServer: whether this side listens.
    ///   - settings: its times and limits.
    public init(
        _ transport: RigURI.Transport,
        isServer: Bool = false,
        _ settings: ConversationSettings = ConversationSettings()
    ) {
        self.transport = transport
        blank = isServer ? UInt8(ascii: "\t") : UInt8(ascii: " ")
        self.settings = settings
        limits = WireLimits(size: settings.messageSize)
        heard = HeardMessages(window: settings.copyWindow)
    }

    /// Whether nothing waits, for an echo or to be sent.
    public var isIdle: Bool { outstanding == nil && queue.isEmpty }

    /// When ``timePassed(now:)`` is to be called next; nil for not before something else happens.
    public var nextDeadline: Instant? {
        let sending = outstanding?.deadline ?? (queue.isEmpty ? nil : quietEnd)
        return [sending, restDeadline].compactMap(\.self).min()
    }

    // MARK: - From the peer

    /// Bytes arrived: over UDP a datagram, over TCP what was read.
    public mutating func received(_ bytes: [UInt8], now: Instant) -> [Action] {
        switch transport {
        case .udp: return receivedDatagram(bytes, now) + sendNext(now)
        case .tcp:
            stream.append(bytes)
            return readStream(now) + sendNext(now)
        }
    }

    private mutating func receivedDatagram(_ bytes: [UInt8], _ now: Instant) -> [Action] {
        guard bytes.count <= settings.messageSize else {
            return [.note("a message of \(bytes.count) bytes is left out; at most \(settings.messageSize) are taken")]
        }
        if let outstanding {
            let comparison = EchoRule.compare(bytes, with: outstanding.bytes)
            if comparison == .echo, bytes.count == outstanding.bytes.count { return confirm(outstanding, now) }
            if comparison == .beginning, bytes.count == EchoRule.cutOffLength {
                return [.note("an echo was cut off at \(bytes.count) bytes")] + confirm(outstanding, now)
            }
        }
        if sent.meet(bytes, at: now) { return [.note("an echo that came late, or twice, is left out")] }
        switch heard.hear(bytes, now: now) {
        case .new: return take(bytes, now)
        case .repetition: return takeRepetition(bytes, now)
        case .endless: return [.note("the same message comes again and again without a pause: no more echoes")]
        }
    }

    /// The message just before once more, within the time of a copy.
    ///
    /// One that is marked was copied by the network: its sender marks the next one differently. The original marks nothing,
    /// asks again at once and closes where it hears no echo: it is echoed, and a question is taken for a new one; what changes
    /// something is not done twice. A copy of the network's is echoed twice then, and the original echoes the second echo:
    /// that ends here, by their number (`protocol/iblutil.md`, I11: two that echo each other do so for ever).
    private mutating func takeRepetition(_ bytes: [UInt8], _ now: Instant) -> [Action] {
        if HeardMessages.isMarked(bytes) { return [.note("a copy of a message is left out")] }
        if let message = try? RigMessage(reading: bytes, limits: limits), [.status, .info].contains(message.event) {
            return take(bytes, now)
        }
        guard EchoRule.isOwed(for: bytes) else { return [.note("a copy of the message before is left out")] }
        quietEnd = now.saturating(adding: settings.gap)
        return [.write(bytes), .note("a copy of the message before is echoed and left out")]
    }

    /// Takes what the connection brought apart, as far as it is complete.
    mutating func readStream(_ now: Instant, isAll: Bool = false) -> [Action] {
        var actions: [Action] = []
        while true {
            let late = sent.all(at: now)
            let expected = (outstanding.map { [$0.bytes] } ?? []) + late
            guard let piece = stream.next(echoes: expected, isAll: isAll) else { break }
            switch piece {
            case .echo(0) where outstanding != nil:
                if let outstanding { actions += confirm(outstanding, now) }
            case .echo(let position):
                sent.remove(expected[position])
                actions.append(.note("an echo that came late is left out"))
            case .partOfEcho: actions.append(.note("the rest of an echo did not come"))
            case .message(let bytes): actions += take(bytes, now)
            }
        }
        if stream.count > settings.messageSize {
            stream.removeAll()
            actions.append(.close("a message has more than \(settings.messageSize) bytes"))
        }
        restDeadline = stream.count == 0 ? nil : restDeadline ?? now.saturating(adding: settings.restTimeout)
        return Self.joined(actions)
    }

    /// The peer's own message: first the echo, then what it says (`protocol/iblutil.md`, I7).
    private mutating func take(_ bytes: [UInt8], _ now: Instant) -> [Action] {
        var actions: [Action] = []
        if EchoRule.isOwed(for: bytes) {
            actions.append(.write(bytes))
            quietEnd = now.saturating(adding: settings.gap)
        }
        do throws(GatewayError) {
            actions.append(.deliver(try RigMessage(reading: bytes, limits: limits)))
        } catch {
            actions.append(.note(error.message))
        }
        return actions
    }

    /// Echoes of messages that came in one piece go out in one piece.
    private static func joined(_ actions: [Action]) -> [Action] {
        let echoes = actions.compactMap { if case .write(let bytes) = $0 { bytes } else { nil } }
        guard echoes.count > 1 else { return actions }
        return [.write(Array(echoes.joined()))] + actions.filter { if case .write = $0 { false } else { true } }
    }
}
