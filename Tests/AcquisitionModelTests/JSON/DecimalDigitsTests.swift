@testable import AcquisitionModel
import TestSupport
import Testing

/// The digits that the writer makes itself, against those of the standard library.
struct DecimalDigitsTests {
    @Test func writesIntegersAsTheStandardLibraryDoes() {
        var random = SeededGenerator()
        var values: [UInt64] = [0, .max, UInt64(Int64.max), UInt64(Int64.max) + 1]
        for power in 0..<20 {
            let ten = (0..<power).reduce(UInt64(1)) { value, _ in value &* 10 }
            values += [ten - 1, ten, ten + 1]
        }
        for _ in 0..<100_000 {
            values.append(UInt64.random(in: .min ... .max, using: &random) >> UInt64.random(in: 0..<64, using: &random))
        }
        for value in values {
            let text = digits { DecimalDigits.write(value, to: $0) }
            guard text != String(value) else { continue }
            Issue.record("\(value) was written as \(text), seed \(random.seed)")
        }
    }

    @Test func writesFractionsAsTheStandardLibraryDoesOrNotAtAll() {
        var random = SeededGenerator()
        var values = [0.001, 0.000_999, 1e-6, 4e9, (4e9).nextDown, 4e9 - 1e-6, 0.1 + 0.2, 1.0, 100.0, 123_456.789_012]
        values += [2_147_483_648.000_001, 1_795_213_759.046_627, 0.001_001, (0.5).nextUp, (0.5).nextDown]
        for round in 0..<100_000 {
            let places = (0..<round % 8).reduce(1.0) { value, _ in value * 10 }
            let whole = UInt64.random(in: .min ... .max, using: &random) >> UInt64.random(in: 11..<64, using: &random)
            let value = Double(whole) / places
            values += [value, value.nextUp, value.nextDown]
            values.append(Double(bitPattern: UInt64.random(in: .min ... .max, using: &random)))
        }
        var written = 0
        for value in values + values.map({ -$0 }) {
            let text = digits { DecimalDigits.write(value, to: $0) }
            if text.isEmpty { continue }
            written += 1
            guard text != value.description else { continue }
            Issue.record("\(value) was written as \(text), seed \(random.seed)")
        }
        #expect(written > 100_000)
    }

    @Test(arguments: [0.0, -0.0, .nan, .infinity, .leastNonzeroMagnitude, 1e-4, 4e9, 1e22, 0.123_456_7])
    func leavesOthersToTheStandardLibrary(_ value: Double) {
        #expect(digits { DecimalDigits.write(value, to: $0) } == "")
    }

    private func digits(_ write: (UnsafeMutablePointer<UInt8>) -> Int) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: DecimalDigits.mostDigits + 4) { buffer in
            guard let target = buffer.baseAddress else { return "no memory" }
            let count = write(target)
            return String(decoding: UnsafeBufferPointer(start: target, count: count), as: UTF8.self)
        }
    }
}
