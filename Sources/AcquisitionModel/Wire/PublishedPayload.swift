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

    /// Writes `message` as `dialect` wraps it, into `writer`, which must be empty; `inner` is a spare buffer.
    public static func write(
        _ message: some WireEncodable,
        in dialect: Dialect,
        to writer: inout JSONWriter,
        inner: inout JSONWriter
    ) throws(WireError) {
        writer.removeAll()
        switch dialect {
        case .current:
            message.encode(to: &writer)
        case .legacy:
            inner.removeAll()
            message.encode(to: &inner)
            try inner.check()
            writer.writeString(utf8: inner.bytes)
        }
        try writer.check()
    }
}
