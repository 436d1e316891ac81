/// A value of a request: read where its text is small, else kept as the bytes that arrived and read each time it is asked
/// for. Values of short texts need up to thirty times the memory of the text.
enum RequestValue: Sendable {
    case read(JSONValue)
    case unread(UnreadValue)

    /// Up to how many bytes of text are read at once.
    static let eagerSize = 1024

    /// The value.
    var json: JSONValue {
        switch self {
        case .read(let value): value
        case .unread(let text): text.json
        }
    }

    /// The value, of a list or an object only that it is one: empty, and made without reading it.
    var outline: JSONValue {
        switch self {
        case .read(.array): .array([])
        case .read(.object): .object([])
        case .read(let value): value
        case .unread(let text): text.outline
        }
    }

    /// How many bytes of memory are held beside this value itself.
    var weight: Int {
        switch self {
        case .read(let value): value.weight
        case .unread(let text): text.weight
        }
    }
}

extension RequestValue: Hashable {
    /// The same bytes are equal at once; others are read and compared.
    static func == (left: Self, right: Self) -> Bool {
        if case .unread(let left) = left, case .unread(let right) = right {
            return left === right || left.bytes == right.bytes || left.json == right.json
        }
        return left.json == right.json
    }

    /// Of a list or an object only that it is one, so that nothing has to be read.
    func hash(into hasher: inout Hasher) { hasher.combine(outline) }
}

/// The text of one value within the bytes of a message, which the reader has found to be right.
final class UnreadValue: Sendable {
    let bytes: ArraySlice<UInt8>
    /// How many bytes of memory are held beside this object.
    private let held: Int

    /// The text that stands in `range` of `message`. The message is kept where it is little more than that, else the text
    /// is copied.
    init(_ range: Range<Int>, of message: [UInt8]) {
        if range.count >= message.count / 2 {
            bytes = message[range]
            held = message.capacity + 32
        } else {
            bytes = Array(message[range])[...]
            held = range.count + 32
        }
    }

    var json: JSONValue {
        // The text was checked; there is nothing that reading could refuse.
        (try? JSONReader.read(Array(bytes), limits: .unlimited)) ?? .null
    }

    var outline: JSONValue {
        switch bytes.first {
        case UInt8(ascii: "["): .array([])
        case UInt8(ascii: "{"): .object([])
        default: json
        }
    }

    /// The bytes and this object.
    var weight: Int { held + 64 }
}
