/// The second frame of a published message, with its layers of JSON.
public enum PublishedPayload {
    /// How deep strings that hold JSON are followed.
    private static let mostLayers = 4

    /// What `bytes` hold, of a peer of any release: the value, and how many layers of JSON it was wrapped in
    /// (1 from release 0.9.8 on, 2 before).
    ///
    /// While the value is a text that is JSON itself, it is read again (`protocol/autotrainer.md`, Q1). A text that
    /// is not JSON stays a text: releases 0.9.8 to 0.9.16 publish some results as such (Q26).
    public static func read(
        _ bytes: [UInt8],
        limits: WireLimits = .fromService
    ) throws(WireError) -> (value: JSONValue, layers: Int) {
        var value = try JSONReader.read(bytes, limits: limits, tolerance: .oldReleases)
        var layers = 1
        while layers < mostLayers, case .string(let text) = value,
            let inner = try? JSONReader.read(text, limits: limits, tolerance: .oldReleases)
        {
            value = inner
            layers += 1
        }
        return (value, layers)
    }

    /// Writes what `message` writes, as `dialect` wraps it, in place of what `writer` held; `inner` is a spare buffer.
    @inline(__always)
    package static func write(
        in dialect: Dialect,
        to writer: inout JSONWriter,
        inner: inout JSONWriter,
        _ message: (inout JSONWriter) -> Void
    ) throws(WireError) {
        switch dialect {
        case .current:
            writer.removeAll()
            message(&writer)
        case .legacy:
            inner.removeAll()
            message(&inner)
            try inner.check()
            wrap(inner, into: &writer)
        }
        try writer.check()
    }

    /// Writes a message of release 0.9.7: what `inner` holds, as a text, in place of what `writer` held.
    package static func wrap(_ inner: borrowing JSONWriter, into writer: inout JSONWriter) {
        writer.removeAll()
        writer.writeString(holding: inner)
    }
}
