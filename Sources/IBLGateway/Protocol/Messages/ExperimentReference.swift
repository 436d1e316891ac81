public import GatewayCore

/// Which experiment is meant: `yyyy-mm-dd_n_subject`, such as `2026-01-01_1_mouse` (`protocol/iblutil.md`, I4).
public struct ExperimentReference: Sendable, Hashable {
    /// The day, as `yyyy-mm-dd`.
    public let date: String
    /// Which experiment of the subject on that day, normally counted from 1.
    public let number: Int
    /// The animal.
    public let subject: String

    /// A reference made from its parts.
    ///
    /// - Parameters:
    ///   - date: a day of the calendar as `yyyy-mm-dd`.
    ///   - number: from 0 to 999; some labs count from 0.
    ///   - subject: 1 to 100 letters, digits, `_`, `-` and `.`.
    /// - Throws: `GatewayError` of the code `badValue` that names the part.
    public init(date: String, number: Int, subject: String) throws(GatewayError) {
        guard Self.isDay(date) else {
            throw GatewayError(.badValue, "'\(date.prefix(40))' is no day such as 2026-01-31")
        }
        guard 0...999 ~= number else { throw GatewayError(.badValue, "\(number) is no number from 0 to 999") }
        guard 1...100 ~= subject.utf8.count, subject.utf8.allSatisfy(Self.isNameByte) else {
            throw GatewayError(
                .badValue,
                "'\(subject.prefix(100))' is no name of a subject: at most 100 letters, digits, '_', '-' and '.'"
            )
        }
        self.date = date
        self.number = number
        self.subject = subject
    }

    /// Reads `yyyy-mm-dd_n_subject`; everything behind the second `_` is the subject.
    ///
    /// - Throws: `GatewayError` of the code `badValue`.
    public init(_ text: String) throws(GatewayError) {
        let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(Self.isDigit),
            let number = Int(parts[1])
        else {
            throw GatewayError(
                .badValue,
                "'\(text.prefix(100))' is no experiment reference: write yyyy-mm-dd_n_subject, such as 2026-01-01_1_mouse"
            )
        }
        do {
            try self.init(date: String(parts[0]), number: number, subject: String(parts[2]))
        } catch {
            throw GatewayError(.badValue, "'\(text.prefix(100))' is no experiment reference: \(error.message)")
        }
    }

    private static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), 1...12 ~= month
        else { return false }
        let isLeapYear = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return 1...days[month - 1] ~= day
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}

extension ExperimentReference: CustomStringConvertible {
    /// `2026-01-01_1_mouse`
    public var description: String { "\(date)_\(number)_\(subject)" }
}
