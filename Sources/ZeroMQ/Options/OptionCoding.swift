/// An option's value as libzmq takes it.
enum RawOption: Sendable, Hashable {
    case int32(Int32)
    case int64(Int64)
    case bytes([UInt8])
    /// No value at all.
    case none
}

/// What libzmq tells of an option: its type, and for bytes the room that it expects.
enum OptionShape: Sendable { case int32, int64, bytes(capacity: Int) }

/// How a type of value becomes an option's raw value, and back. Nil where it does not fit.
struct OptionCoding<Value: Sendable>: Sendable {
    let shape: OptionShape
    let encode: @Sendable (Value) -> RawOption?
    let decode: @Sendable (RawOption) -> Value?
}

extension OptionCoding {
    init(int32 encode: @escaping @Sendable (Value) -> Int32?, _ decode: @escaping @Sendable (Int32) -> Value?) {
        self.init(shape: .int32) {
            encode($0).map { .int32($0) }
        } decode: { raw in
            guard case .int32(let number) = raw else { return nil }
            return decode(number)
        }
    }

    init(
        bytes capacity: Int,
        _ encode: @escaping @Sendable (Value) -> [UInt8],
        _ decode: @escaping @Sendable ([UInt8]) -> Value?
    ) {
        self.init(shape: .bytes(capacity: capacity)) {
            .bytes(encode($0))
        } decode: { raw in
            guard case .bytes(let bytes) = raw else { return nil }
            return decode(bytes)
        }
    }
}
