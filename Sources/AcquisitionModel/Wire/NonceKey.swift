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

    /// Whether its sender may count its commands with it: no nonce at all is 0, and a client that counts nothing gives all its
    /// commands 0 or a negative number.
    package var countsCommands: Bool {
        guard case .scalar(let value) = key else { return true }
        return !value.isNull && value.double.map { $0 > 0 } ?? true
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
