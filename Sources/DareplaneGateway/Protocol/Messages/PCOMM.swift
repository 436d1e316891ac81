public import AcquisitionRPC
public import GatewayCore

/// A primary command of Dareplane: a name with keyword arguments (`protocol/dareplane.md`, D4).
///
/// ```swift
/// print(try PCOMM("START", ["block": 3]).text())        // START|{"block": 3}
/// print(try PCOMM(parsing: "START|{'block': 3}"))       // the same command, from somebody who wrote Python
/// ```
public struct PCOMM: Sendable, Hashable {
    /// The command; matching is exact.
    public var name: String
    /// The keyword arguments; nil where none were written. A module takes nil and an empty object for the same.
    public var payload: JSONObject?

    /// A command.
    public init(_ name: String, _ payload: JSONObject? = nil) {
        self.name = name
        self.payload = payload
    }

    /// Reads `NAME`, `NAME|` or `NAME|<object>`, without the `;` that ends it on the wire.
    ///
    /// The object is JSON (also with Python's `NaN` and `Infinity`), or what Python writes for a dict: the documented
    /// example of a callback has single quotes (D28). CRLF is left out wherever it stands; everything else counts as it is,
    /// also blanks around the name.
    ///
    /// - Parameters:
    ///   - text: the command.
    ///   - limits: the payload's largest size and deepest nesting.
    /// - Throws: `GatewayError` of the code `badMessage` that names the rule and the place.
    public init(parsing text: String, limits: WireLimits = .standard) throws(GatewayError) {
        let text = text.withoutLineEnds
        let parts = text.utf8.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
        guard parts.count <= 2 else {
            throw GatewayError(
                .badMessage,
                "'\(text.shortened)' has \(parts.count - 1) '|', but one at most may stand there; within JSON text write \\u007c"
            )
        }
        guard !text.utf8.contains(UInt8(ascii: ";")) else {
            throw GatewayError(
                .badMessage,
                "'\(text.shortened)' has a ';', which ends a command; within JSON text write \\u003b"
            )
        }
        name = String(Substring(parts[0]))
        guard !name.isEmpty else { throw GatewayError(.badMessage, "'\(text.shortened)' has no name of a command") }
        let payload = parts.count == 2 ? String(Substring(parts[1])) : ""
        self.payload = payload.isEmpty ? nil : try Self.object(payload, of: name, limits)
    }

    private static func object(_ text: String, of name: String, _ limits: WireLimits) throws(GatewayError) -> JSONObject
    {
        let value: JSONValue
        do throws(WireError) {
            value = try DareplaneText.value(text, limits: limits)
        } catch {
            throw GatewayError(.badMessage, "The payload of '\(name.shortened)' cannot be read: \(error)")
        }
        guard let object = value.object else {
            throw GatewayError(
                .badMessage,
                "The payload of '\(name.shortened)' is \(value.kindInWords), not an object of keyword arguments"
            )
        }
        return object
    }

    /// The command as text for the wire, without the `;` that ends it: ASCII, as Python's `json.dumps` writes it, with
    /// `|` and `;` within texts as `\u007c` and `\u003b`, since neither survives there as it is (D12, D13).
    ///
    /// - Throws: `GatewayError` of the code `badMessage` where the name cannot be sent.
    public func text() throws(GatewayError) -> String {
        try DareplaneText.checkName(name, "command")
        return payload.map { "\(name)|\(DareplaneText.of($0))" } ?? name
    }
}
