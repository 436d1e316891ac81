extension OptionCoding where Value == Bool {
    static var flag: Self {
        Self(int32: { $0 ? 1 : 0 }, { $0 != 0 })
    }
}

extension OptionCoding where Value == Bool? {
    /// libzmq's -1 leaves the choice to the system.
    static var flagOrSystemDefault: Self {
        Self(int32: { $0.map { $0 ? 1 : 0 } ?? -1 }, { .some($0 < 0 ? nil : $0 != 0) })
    }
}

extension OptionCoding where Value == Int {
    static var count: Self {
        Self(int32: { $0 < 0 ? nil : Int32(exactly: $0) }, { Int($0) })
    }
}

extension OptionCoding where Value == Int? {
    /// libzmq's -1 is `nil`.
    static var optionalCount: Self {
        Self(int32: { $0.map { $0 < 0 ? nil : Int32(exactly: $0) } ?? -1 }, { .some($0 < 0 ? nil : Int($0)) })
    }

    /// As ``optionalCount``, in 64 bits.
    static var optionalSize: Self {
        Self(shape: .int64) { value in
            guard let value else { return .int64(-1) }
            return value < 0 ? nil : .int64(Int64(value))
        } decode: { raw in
            guard case .int64(let number) = raw else { return nil }
            return .some(number < 0 ? nil : Int(number))
        }
    }
}

extension OptionCoding where Value == Duration {
    static var milliseconds: Self {
        Self(int32: { $0 < .zero ? nil : $0.wholeMilliseconds }, { .milliseconds($0) })
    }
}

extension OptionCoding where Value == Duration? {
    /// libzmq's -1 is `nil`.
    static var optionalMilliseconds: Self {
        Self(
            int32: { $0.map { $0 < .zero ? nil : $0.wholeMilliseconds } ?? -1 },
            { .some($0 < 0 ? nil : .milliseconds($0)) }
        )
    }

    /// libzmq's -1 is `nil`.
    static var optionalSeconds: Self {
        Self(
            int32: { $0.map { $0 < .zero ? nil : $0.wholeSeconds } ?? -1 },
            { .some($0 < 0 ? nil : .seconds($0)) }
        )
    }
}

extension OptionCoding where Value == [UInt8] {
    static var bytes: Self { Self(bytes: 255, { $0 }, { $0 }) }
}

extension OptionCoding where Value == String {
    /// Text, which libzmq reads back with a zero at its end.
    static var text: Self {
        Self(bytes: 8192, { Array($0.utf8) }, { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
}

extension OptionCoding where Value == String? {
    /// A name, or none.
    static var optionalName: Self {
        Self(shape: .bytes(capacity: 256)) { name in
            guard let name else { return RawOption.none }
            return name.isEmpty || name.utf8.contains(0) ? nil : .bytes(Array(name.utf8))
        } decode: { raw in
            guard case .bytes(let bytes) = raw else { return nil }
            let name = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            return .some(name.isEmpty ? nil : name)
        }
    }
}

extension OptionCoding where Value == CurveKey {
    static var key: Self { Self(bytes: 32, { $0.bytes }, { CurveKey(bytes: $0) }) }
}
