/// Numbers on the command line: whatever is none, or out of its range, is refused with the range.
package enum NumberArgument {
    /// What to write instead of a text that is no port.
    package static let portExpectation = "expected a port from 1 to 65535"

    /// A port to connect to.
    package static func port(_ text: String) throws -> UInt16 {
        try integer(text, 1...65535, portExpectation)
    }

    /// A port to listen on; 0 for any that is free.
    package static func portOrAny(_ text: String) throws -> UInt16 {
        try integer(text, 0...65535, "expected a port from 1 to 65535, or 0 for any that is free")
    }

    /// How many: 1 or more.
    package static func count(_ text: String) throws -> Int {
        try integer(text, 1...Int.max, "expected a whole number from 1 on")
    }

    /// A number of repetitions: 0 to 65535.
    package static func retries(_ text: String) throws -> UInt16 {
        try integer(text, 0...65535, "expected a whole number from 0 to 65535")
    }

    /// Any integer of this type.
    package static func integer<Number: FixedWidthInteger & Sendable>(_ text: String) throws -> Number {
        try integer(text, Number.min...Number.max, "expected a whole number from \(Number.min) to \(Number.max)")
    }

    /// A number of seconds, or another one with a fraction, within a range.
    package static func real(_ range: ClosedRange<Double>, _ unit: String) -> @Sendable (String) throws -> Double {
        { text in
            guard let number = Double(text), range.contains(number) else {
                throw Problem(
                    description: "expected \(unit) from \(plain(range.lowerBound)) to \(plain(range.upperBound))"
                )
            }
            return number
        }
    }

    private static func integer<Number: FixedWidthInteger>(
        _ text: String,
        _ range: ClosedRange<Number>,
        _ expectation: String
    ) throws -> Number {
        guard let number = Number(text), range.contains(number) else { throw Problem(description: expectation) }
        return number
    }

    private static func plain(_ number: Double) -> String {
        number == number.rounded() ? String(Int64(number)) : String(number)
    }

    /// What was expected instead.
    struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        let description: String
    }
}
