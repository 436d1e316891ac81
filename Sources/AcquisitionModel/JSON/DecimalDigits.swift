/// Numbers in decimal digits, written where they are to stand: no text is made in between.
enum DecimalDigits {
    /// The most digits that a UInt64 has.
    static let mostDigits = 20
    /// What ``write(_:to:)`` does with fractions: millionths, in integers that a Double holds exactly and in which two
    /// neighbouring doubles never share a millionth.
    private static let scale = 1e6
    private static let range = 0.001..<4e9

    /// Writes the digits of `value` and says how many there are; at most ``mostDigits``.
    @inline(__always)
    static func write(_ value: UInt64, to target: UnsafeMutablePointer<UInt8>) -> Int {
        let count = digits(of: value)
        write(value, digits: count, to: target)
        return count
    }

    /// Writes a number that has at most six digits behind the point, as `Double.description` would; 0 where it is another,
    /// and nothing is written then. Needs room for ``mostDigits`` and 4 more.
    ///
    /// Why it is the same: `millionths / 1e6`, rounded once, is the double nearest to that decimal, so where it equals
    /// `value` the decimal reads back as `value`; below 2^52 millionths no other decimal of that length, and by the
    /// removal of zeros at the end no shorter one, does.
    static func write(_ value: Double, to target: UnsafeMutablePointer<UInt8>) -> Int {
        let magnitude = value.magnitude
        guard range.contains(magnitude) else { return 0 }
        let scaled = UInt64(magnitude * scale + 0.5)
        guard Double(scaled) / scale == magnitude else { return 0 }
        let (whole, fraction) = scaled.quotientAndRemainder(dividingBy: 1_000_000)
        var next = target
        if value < 0 {
            next[0] = UInt8(ascii: "-")
            next += 1
        }
        next += write(whole, to: next)
        next[0] = UInt8(ascii: ".")
        var rest = fraction
        var places = 6
        while places > 1, rest % 10 == 0 {
            rest /= 10
            places -= 1
        }
        write(rest, digits: places, to: next + 1)
        return next + 1 + places - target
    }

    /// Writes exactly `digits` digits, with zeros before.
    @inline(__always)
    static func write(_ value: UInt64, digits: Int, to target: UnsafeMutablePointer<UInt8>) {
        var rest = value
        var position = digits
        while position >= 8 {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 100_000_000)
            rest = quotient
            position -= 8
            UnsafeMutableRawPointer(target + position).storeBytes(of: eight(remainder).littleEndian, as: UInt64.self)
        }
        while position > 0 {
            position -= 1
            target[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// Eight digits in the bytes of a word, the first in the lowest. Halves, quarters and eighths are divided in their
    /// own lanes of the word at once; the multiplications by 10486 / 2^20 and 103 / 2^10 are exact divisions by 100 of what
    /// is below 10,000 and by 10 of what is below 100.
    @inline(__always)
    private static func eight(_ value: UInt64) -> UInt64 {
        let halves = value / 10_000 | (value % 10_000) << 32
        let hundreds = (halves &* 10_486) >> 20 & 0x0000_007F_0000_007F
        let quarters = hundreds | (halves &- hundreds &* 100) << 16
        let tens = (quarters &* 103) >> 10 & 0x000F_000F_000F_000F
        return (tens | (quarters &- tens &* 10) << 8) &+ 0x3030_3030_3030_3030
    }

    @inline(__always)
    private static func digits(of value: UInt64) -> Int {
        var digits = 1
        var rest = value
        while rest >= 100_000_000 {
            rest /= 100_000_000
            digits += 8
        }
        if rest >= 10_000 {
            rest /= 10_000
            digits += 4
        }
        if rest >= 1000 { return digits + 3 }
        if rest >= 100 { return digits + 2 }
        return rest >= 10 ? digits + 1 : digits
    }
}
