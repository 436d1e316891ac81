public import GatewayCore

/// Takes apart what a module sends to its control room: the banner, signs of life, the list of its commands, callbacks to
/// other modules, and other text.
///
/// None of these but lines has an end of its own (`protocol/dareplane.md`, D7, D24), and they may arrive glued together or
/// in pieces. So an object's closing brace ends a callback, and silence ends whatever has no other end; a `1` is a sign of
/// life where one is expected.
///
/// What begins with the name of a module and `|` is a callback. One that shows that more of it is to come (its second `|`,
/// its payload, a closing brace) is waited for, and rejected where it is not there in time (``patience``).
///
/// A value: bytes and times go in, elements come out. Whoever owns it calls ``timePassed(at:)`` at the ``deadline``.
public struct ModuleInbox: Sendable {
    /// Something that a module sent.
    public enum Element: Sendable, Hashable {
        /// The line with which a module greets: its name.
        case banner(String)
        /// The answer to UP.
        case alive
        /// The answer to GET_PCOMMS.
        case commands([String])
        /// A callback.
        case callback(Callback)
        /// Something else.
        case text(String)
        /// Something that could not be taken: too large, or not UTF-8.
        case refused(GatewayError)
        /// A callback, as far as it came, that was not completed.
        case rejected(String, GatewayError)
    }

    /// How long nothing may come before what has no end of its own is complete.
    public static let silence: Duration = .milliseconds(50)
    /// The same for the list of commands.
    public static let silenceAfterCommands: Duration = .milliseconds(100)
    /// How long a callback may take from its first byte to its last.
    public static let patience: Duration = .milliseconds(500)
    /// So many answers may be owed and no more, by a module that never answers.
    private static let mostExpected = 16

    enum Place {
        case between
        /// Before the second `|`.
        case head(separators: Int)
        /// In the payload of a callback that is an object.
        case object(ObjectScanner)
        /// After the second `|`, in something else than an object.
        case loose
        /// In an answer that ends with its line.
        case line
        /// In something too large, until it is over.
        case skipping
    }

    /// The modules that callbacks may name; where none are known, every name is taken as it is.
    public var modules: Set<String> = []
    let sizeLimit: Int
    var place: Place = .between
    var text: [UInt8] = []
    var livesExpected = 0
    var listsExpected = 0
    /// How many `1` directly before the present message were taken for signs of life.
    var livesBefore = 0
    private var lastByte: ContinuousClock.Instant?
    /// When the present message began.
    private var begun: ContinuousClock.Instant?
    private var isByteC2Held = false

    /// An inbox for messages of at most so many bytes.
    public init(sizeLimit: Int = 1 << 20) { self.sizeLimit = sizeLimit }

    /// UP was sent.
    public mutating func expectSignOfLife() { livesExpected = min(livesExpected + 1, Self.mostExpected) }

    /// GET_PCOMMS was sent.
    public mutating func expectCommands() { listsExpected = min(listsExpected + 1, Self.mostExpected) }

    /// When ``timePassed(at:)`` is to be called, unless something comes before; nil while nothing is begun.
    public var deadline: ContinuousClock.Instant? {
        if case .between = place { return nil }
        if isRestAwaited { return begun?.advanced(by: Self.patience) }
        return lastByte?.advanced(by: listsExpected > 0 ? Self.silenceAfterCommands : Self.silence)
    }

    /// Takes in what arrived.
    public mutating func receive(_ bytes: some Sequence<UInt8>, at now: ContinuousClock.Instant) -> [Element] {
        var elements = timePassed(at: now)
        let bytes = Array(bytes)
        if let lastByte, now - lastByte >= Self.silence {
            livesBefore = 0
            if isRestAwaited, isApart(bytes, &elements) { return elements }
        }
        if place.isBetween { begun = nil }
        for byte in bytes {
            let wasBetween = place.isBetween
            take(byte, &elements)
            if wasBetween { begun = nil }
        }
        if !place.isBetween, begun == nil { begun = now }
        lastByte = now
        return elements
    }

    /// Ends what silence ends, where it has been silent for long enough.
    public mutating func timePassed(at now: ContinuousClock.Instant) -> [Element] {
        guard let deadline, now >= deadline else { return [] }
        return end()
    }

    /// Ends whatever is begun: the module has left.
    public mutating func end() -> [Element] {
        var elements: [Element] = []
        isByteC2Held = false
        while case let place = place, !place.isBetween { finish(bySilence: true, &elements) }
        return elements
    }

    /// The real modules and the real control room leave every 0xC2 out. Here it goes where it does not begin a character.
    private mutating func take(_ byte: UInt8, _ elements: inout [Element]) {
        if isByteC2Held {
            isByteC2Held = false
            if (0x80...0xBF).contains(byte) { read(0xC2, &elements) }
        }
        if byte == 0xC2 { isByteC2Held = true } else { read(byte, &elements) }
    }
}

extension ModuleInbox.Place {
    var isObject: Bool { if case .object = self { true } else { false } }
    var isBetween: Bool { if case .between = self { true } else { false } }
}
