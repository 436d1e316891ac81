import AcquisitionModel
import TestSupport

extension JSONValue {
    /// A random value that nests at most `depth` levels.
    static func random(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: .integer(.random(in: .min ... .max, using: &random))
        case 3: .integer(.random(in: -1000...1000, using: &random))
        case 4: .number(.random(in: -1...1, using: &random))
        case 5: .number(Double.anyFinite(using: &random))
        case 6: .string(.random(length: 12, using: &random))
        case 7:
            .array((0..<Int.random(in: 0...5, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            // Foundation's dictionaries take canonically equivalent keys for one, hence plain keys.
            .object(
                (0..<Int.random(in: 0...5, using: &random)).map { number in
                    ("k\"\\ü\(number)", .random(depth: depth - 1, using: &random))
                }
            )
        }
    }
}

extension Double {
    /// Any finite number, from the smallest to the largest.
    fileprivate static func anyFinite(using random: inout SeededGenerator) -> Double {
        while true {
            let number = Double(bitPattern: random.next())
            if number.isFinite { return number }
        }
    }
}

extension String {
    /// Random text with everything that is hard: quotes, controls, characters of two, three and four bytes.
    fileprivate static func random(length: Int, using random: inout SeededGenerator) -> String {
        let ranges: [ClosedRange<UInt32>] = [
            0x20...0x7E, 0x20...0x7E, 0x00...0x1F, 0x22...0x22, 0x5C...0x5C, 0x80...0x7FF, 0x800...0xD7FF,
            0xE000...0xFFFD,
            0x10000...0x10FFFF,
        ]
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...length, using: &random) {
            let range = ranges[Int.random(in: ranges.indices, using: &random)]
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { scalars.append(scalar) }
        }
        return String(scalars)
    }
}
