import AcquisitionModel
import GatewayCore

/// A log record of a module of Python, as its socket handler sends it (`protocol/dareplane.md`, D18).
struct LogRecord: Sendable, Hashable {
    /// The logger's name.
    var name: String
    /// The level's name: `INFO`.
    var level: String
    /// What is said, with the arguments in their places; and the trace of an exception where there is one.
    var message: String
    /// The number of the process that says it.
    var process: Int?

    /// Reads a record. Whatever is missing or of another kind has a default: a log line is not lost for its form.
    ///
    /// - Throws: `GatewayError` of the code `badMessage` where it is no object.
    init(json: JSONValue) throws(GatewayError) {
        guard let object = json.object else {
            throw GatewayError(.badMessage, "A log record is \(json.kindInWords), not an object")
        }
        func text(_ key: String) -> String? { object.value(ofExactly: key)?.string }
        name = text("name") ?? "-"
        level = text("levelname") ?? "INFO"
        process = object.value(ofExactly: "process")?.int
        let format = object.value(ofExactly: "msg").map(PythonText.of) ?? ""
        message = PythonFormat.fill(format, object.value(ofExactly: "args") ?? .null)
        // The real control room's own records have the word None here.
        if let trace = text("exc_text"), !trace.isEmpty, trace != "None" { message += "\n" + trace }
        message = message.withoutEscapeCodes
    }
}

/// Takes the records out of a stream: four bytes of length, the highest first, then so many bytes of JSON.
struct LogRecordSplitter: Sendable {
    private let limit: Int
    private var buffer: [UInt8] = []

    /// For records of at most so many bytes.
    init(limit: Int) { self.limit = limit }

    /// The records that are complete.
    ///
    /// - Throws: `GatewayError` of the code `badMessage` for one that is too large: nothing after it can be
    ///   understood.
    mutating func records(in bytes: some Sequence<UInt8>) throws(GatewayError) -> [[UInt8]] {
        buffer.append(contentsOf: bytes)
        var records: [[UInt8]] = []
        var start = 0
        while buffer.count - start >= 4 {
            let length = buffer[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= limit else {
                throw GatewayError(.badMessage, "A log record has \(length) bytes; at most \(limit) are taken")
            }
            guard buffer.count - start - 4 >= length else { break }
            records.append(Array(buffer[(start + 4)..<(start + 4 + length)]))
            start += 4 + length
        }
        buffer.removeFirst(start)
        return records
    }
}
