/// A nonce as the key of what a program remembers under it.
///
/// A nonce can be any JSON. One that is a list or an object is kept as its text: its values would need up to thirty times
/// the memory, and comparing would look through them.
package struct NonceKey: Sendable, Hashable {
    private let key: Key

    private enum Key: Sendable, Hashable {
        case scalar(JSONValue)
        case text([UInt8])
    }

    /// The key of `nonce`. The same JSON has the same key, where the keys of its objects stand in the same order.
    package init(_ nonce: JSONValue) {
        switch nonce {
        case .array, .object: key = .text(Array(nonce.description.utf8))
        default: key = .scalar(nonce)
        }
    }

    /// A nonce that takes more bytes is no number of a command.
    private static let maximumWeight = 1_024

    /// Whether the nonce tells one command of its sender from another. A request without a nonce has 0, and a client that
    /// does not count gives all its commands 0, a negative number, null, a truth value or an empty text.
    package var identifiesCommands: Bool {
        guard weight <= Self.maximumWeight else { return false }
        guard case .scalar(let value) = key else { return true }
        switch value {
        case .null, .bool: return false
        case .string(let text): return !text.isEmpty
        default: return value.double.map { $0 > 0 } ?? true
        }
    }

    /// About how many bytes of memory the key holds beside itself.
    package var weight: Int {
        switch key {
        case .scalar(let value): value.weight
        case .text(let bytes): bytes.count + 48
        }
    }
}

extension ApiCommandRequest {
    /// The key of the nonce. Reads one that is large: to be asked for once.
    package var nonceKey: NonceKey { NonceKey(nonce) }
}
