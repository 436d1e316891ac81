/// A JSON object that keeps the order of its keys.
///
/// Looking a key up also finds its other spelling: the wire carries camelCase, Python programs send snake_case
/// (`protocol/autotrainer.md`, section 3: both spellings are accepted, the later one wins), so
/// `object["trialId"]` finds `trial_id` too, and `object["trial_id"]` finds `trialId`.
public struct JSONObject: Sendable, Hashable {
    /// One key with its value.
    public struct Member: Sendable, Hashable {
        /// The key as it arrived or was given.
        public var key: String
        /// The value.
        public var value: JSONValue
    }

    /// The members in their order. Every key is there once.
    public private(set) var members: [Member] = []
    /// Where a key stands, once there are many, so that an object of a hundred thousand keys is no trap.
    private var positions: [ExactKey: Int]?
    private static let indexedFrom = 16

    /// An object without members.
    public init() {}

    /// An object with these members; of members with the same key the last value counts, at the first one's place.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members { set(key, to: value) }
    }

    /// Sets the value of exactly this key; a new key goes to the end.
    public mutating func set(_ key: String, to value: JSONValue) {
        if let position = position(of: key) {
            members[position].value = value
            return
        }
        members.append(Member(key: key, value: value))
        if positions != nil {
            positions?[ExactKey(text: key)] = members.count - 1
        } else if members.count == Self.indexedFrom {
            positions = Dictionary(uniqueKeysWithValues: zip(members.lazy.map { ExactKey(text: $0.key) }, 0...))
        }
    }

    /// The value under `key`, or under its other spelling, in snake_case or camelCase; where both are there, the later one.
    public subscript(_ key: String) -> JSONValue? {
        let mayBeSnakeCase = key.utf8.contains(UInt8(ascii: "_"))
        return members.last { member in
            member.key.utf8.elementsEqual(key.utf8) || KeyCase.isSnakeCase(member.key, of: key)
                || mayBeSnakeCase && KeyCase.isSnakeCase(key, of: member.key)
        }?.value
    }

    /// The value under exactly this key.
    public func value(ofExactly key: String) -> JSONValue? {
        position(of: key).map { members[$0].value }
    }

    /// The value under exactly this key, else under its other spelling: for data of other systems, in which `a_b` and `aB`
    /// may be two things.
    package func value(preferringExactly key: String) -> JSONValue? { value(ofExactly: key) ?? self[key] }

    /// About how many bytes of memory ``positions`` holds.
    var indexWeight: Int {
        // At most three quarters full, in powers of two.
        positions.map { max(64, $0.capacity * 4 / 3) * MemoryLayout<(ExactKey, Int)>.stride } ?? 0
    }

    /// The number of members.
    public var count: Int { members.count }
    /// Whether there is no member.
    public var isEmpty: Bool { members.isEmpty }

    private func position(of key: String) -> Int? {
        if let positions { return positions[ExactKey(text: key)] }
        return members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
    }

    /// A key that equals another byte for byte only. Swift takes `é` and `e` with an accent for the same text; JSON
    /// (RFC 8259, section 8.3) and Python take them for two.
    private struct ExactKey: Hashable {
        let text: String

        static func == (left: ExactKey, right: ExactKey) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    /// Two objects are equal when they have the same members in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        if left.isIdentical(to: right) { return true }
        return left.count == right.count && left.members.allSatisfy { right.value(ofExactly: $0.key) == $0.value }
    }

    /// Whether both are copies of one object, which nobody has to look through.
    private func isIdentical(to other: JSONObject) -> Bool {
        members.withUnsafeBufferPointer { left in
            other.members.withUnsafeBufferPointer { left.baseAddress == $0.baseAddress && left.count == $0.count }
        }
    }

    /// Feeds the members to `hasher` so that their order does not matter.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(members.reduce(into: 0) { sum, member in sum = sum &+ member.hashValue })
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object; of equal keys the last one counts.
    public init(dictionaryLiteral elements: (String, (any JSONConvertible)?)...) {
        self.init(elements.lazy.map { ($0, JSONValue(element: $1)) })
    }
}
