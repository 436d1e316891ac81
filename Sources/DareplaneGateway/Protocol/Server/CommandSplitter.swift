import GatewayCore

/// Takes commands out of the bytes that a control room sends.
///
/// A command ends with `;`, and whoever types ends lines too: several lines that are a command each are as many commands.
/// Older control rooms send none (`protocol/dareplane.md`, D20), so what stands alone for a while
/// is a command too, if it is one that is known and complete: the first half of a longer one is kept until the rest comes,
/// however long that takes. What turns out to be neither is given out as it is, to be reported, and what follows it after a
/// pause is not lost with it.
///
/// A value: bytes and times go in, commands come out. Whoever owns it calls ``timePassed(at:)`` at the ``deadline``.
public struct CommandSplitter: Sendable {
    /// Something that a control room sent.
    public enum Item: Sendable, Hashable {
        /// A command as it arrived, without its `;`. Never blank.
        case command([UInt8])
        /// Something larger than a message may be; it was left out.
        case tooLarge
        /// What has stood without its `;` for a while and is no command as it stands, to be reported. Where the rest comes,
        /// it is given out as a command all the same.
        case unfinished([UInt8])
    }

    private let idle: Duration?
    private let sizeLimit: Int
    private let isCommand: @Sendable ([UInt8]) -> Bool
    private var buffer: [UInt8] = []
    /// Where in the buffer it was last silent; 0 where it was not.
    private var pause = 0
    private var isSkipping = false
    private var lastByte: ContinuousClock.Instant?

    /// A splitter.
    ///
    /// - Parameters:
    ///   - idle: how long a command without `;` must have stood alone; nil where `;` is needed.
    ///   - sizeLimit: the largest command in bytes.
    ///   - isCommand: whether bytes are a command that is known and complete.
    public init(
        idle: Duration? = .milliseconds(50),
        sizeLimit: Int = 1 << 20,
        isCommand: @escaping @Sendable ([UInt8]) -> Bool
    ) {
        self.idle = idle?.saturated
        self.sizeLimit = sizeLimit
        self.isCommand = isCommand
    }

    /// When ``timePassed(at:)`` is to be called, unless something comes before; nil while there is nothing to wait for.
    public var deadline: ContinuousClock.Instant? {
        guard let idle, isSkipping || pause < buffer.count else { return nil }
        return lastByte?.advanced(by: idle)
    }

    /// What was begun and is neither complete nor blank.
    public var unfinished: [UInt8]? { isSkipping || buffer.isBlank ? nil : buffer }

    /// Takes in what arrived.
    public mutating func receive(_ bytes: some Sequence<UInt8>, at now: ContinuousClock.Instant) -> [Item] {
        var items = timePassed(at: now)
        for byte in bytes {
            if byte == UInt8(ascii: ";") {
                finish(&items)
            } else if !isSkipping {
                buffer.append(byte)
                if buffer.count > sizeLimit {
                    items.append(.tooLarge)
                    clear()
                    isSkipping = true
                }
            }
        }
        lastByte = now
        return items
    }

    /// Looks whether what stands alone is a command, where it has been silent for long enough.
    public mutating func timePassed(at now: ContinuousClock.Instant) -> [Item] {
        guard let deadline, now >= deadline else { return [] }
        return settle()
    }

    /// The control room has left: half a command is left out.
    public mutating func end() -> [Item] {
        defer { clear() }
        return idle == nil ? [] : settle()
    }

    private mutating func settle() -> [Item] {
        if isSkipping || buffer.isBlank {
            clear()
        } else if let lines = commandLines(buffer[...]) {
            defer { clear() }
            return lines.map(Item.command)
        } else if isCommand(buffer) {
            defer { clear() }
            return [.command(buffer)]
        } else if pause > 0, isCommand(Array(buffer[pause...])) {
            defer { clear() }
            return [.command(Array(buffer[..<pause])), .command(Array(buffer[pause...]))]
        } else {
            pause = buffer.count
        }
        return []
    }

    /// Ends a command at its `;`.
    private mutating func finish(_ items: inout [Item]) {
        defer { clear() }
        if let lines = commandLines(buffer[...]) {
            items += lines.map(Item.command)
            return
        }
        let parts =
            pause > 0 && !isCommand(buffer) && isCommand(Array(buffer[pause...]))
            ? [buffer[..<pause], buffer[pause...]] : [buffer[...]]
        for part in parts.map(Array.init) where !part.isBlank { items.append(.command(part)) }
    }

    /// The lines of a text that has several, each of them a command; nil for every other text.
    private func commandLines(_ text: ArraySlice<UInt8>) -> [[UInt8]]? {
        guard text.contains(where: \.endsLine) else { return nil }
        let lines = text.split(whereSeparator: \.endsLine).map(Array.init).filter { !$0.isBlank }
        return lines.count > 1 && lines.allSatisfy(isCommand) ? lines : nil
    }

    private mutating func clear() {
        buffer = []
        pause = 0
        isSkipping = false
    }
}

extension [UInt8] {
    /// Whether there is nothing but white space.
    fileprivate var isBlank: Bool { allSatisfy(\.isBlank) }
}

extension UInt8 {
    fileprivate var endsLine: Bool { self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") }
}
