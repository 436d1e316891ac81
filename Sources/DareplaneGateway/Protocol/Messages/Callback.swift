public import AcquisitionRPC
public import GatewayCore

/// What one module asks of another by way of the control room: `module|PCOMM|payload` (`protocol/dareplane.md`, D24).
public struct Callback: Sendable, Hashable {
    /// Who is asked: the module's key in the control room's configuration.
    public var module: String
    /// What it is asked to do.
    public var name: String
    /// The arguments as they stand in the message. A control room passes them on unread (D26).
    public var payload: String

    /// A callback as it stands in a message.
    public init(module: String, name: String, payload: String) {
        self.module = module
        self.name = name
        self.payload = payload
    }

    /// A callback to write. Without arguments the payload is `{}`: before 0.0.24 a module ignored a command whose payload
    /// was empty.
    public init(module: String, _ command: PCOMM) {
        self.init(module: module, name: command.name, payload: DareplaneText.of(command.payload ?? [:]))
    }

    /// Reads the message: exactly two `|`; CRLF is left out wherever it stands, blanks and bare line ends around the names.
    ///
    /// - Throws: `GatewayError` of the code `badMessage`.
    public init(parsing text: String) throws(GatewayError) {
        let text = text.withoutLineEnds
        let parts = text.utf8.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw GatewayError(
                .badMessage,
                "'\(text.shortened)' has \(parts.count - 1) '|', but a callback has two: module|PCOMM|payload"
            )
        }
        self.init(
            module: String(Substring(parts[0]).trimmed),
            name: String(Substring(parts[1]).trimmed),
            payload: String(Substring(parts[2]))
        )
    }

    /// The callback as a command for the module that is asked, with its payload read.
    ///
    /// - Throws: `GatewayError` of the code `badMessage` where the payload is no object.
    public func command(limits: WireLimits = .standard) throws(GatewayError) -> PCOMM {
        // Within the payload of a callback that was taken apart, both characters are part of texts.
        guard !payload.isEmpty else { return PCOMM(name) }
        let value: JSONValue
        do throws(WireError) {
            value = try DareplaneText.value(payload.withoutLineEnds, limits: limits)
        } catch {
            throw GatewayError(.badMessage, "The payload of the callback '\(name.shortened)' cannot be read: \(error)")
        }
        guard let object = value.object else {
            throw GatewayError(
                .badMessage,
                "The payload of the callback '\(name.shortened)' is \(value.kindInWords), not an object"
            )
        }
        return PCOMM(name, object)
    }

    /// The callback as text for the wire.
    ///
    /// The real control room takes off every `1` at both ends, since it takes them for signs of life (D27), and its
    /// callbacks stop for good at the first byte that is not ASCII (D30): what would not arrive there is refused.
    ///
    /// - Throws: `GatewayError` of the code `badMessage`.
    public func text() throws(GatewayError) -> String {
        try DareplaneText.checkName(module, "module")
        try DareplaneText.checkName(name, "command")
        guard !module.hasPrefix("1"), !payload.hasSuffix("1") else {
            throw GatewayError(
                .badMessage,
                "A callback may not begin or end with '1': the control room takes it for a sign of life"
            )
        }
        let isPlain = payload.utf8.allSatisfy { byte in
            (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "|") && byte != UInt8(ascii: ";")
        }
        guard isPlain else {
            throw GatewayError(
                .badMessage,
                "The payload of a callback must be of ASCII, without '|' and ';'; write JSON with escapes such as \\u007c"
            )
        }
        return "\(module)|\(name)|\(payload)"
    }
}
