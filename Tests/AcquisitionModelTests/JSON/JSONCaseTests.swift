import AcquisitionModel
import Testing

/// The reader against a table of cases after RFC 8259.
struct JSONCaseTests {
    @Test func doesWhatTheTableSays() throws {
        for entry in try JSONCase.all() {
            let strict = outcome(entry.bytes, tolerance: .none)
            #expect(strict == entry.strict, "line \(entry.line): \(entry): \(text(strict))")
            let tolerant = outcome(entry.bytes, tolerance: .oldReleases)
            #expect(tolerant == entry.tolerant, "line \(entry.line), tolerant: \(entry): \(text(tolerant))")
        }
    }

    /// What the standard leaves no choice about, the strict reader does; and every choice has its reason.
    @Test func theTableKeepsToTheStandard() throws {
        let cases = try JSONCase.all()
        #expect(cases.count > 600)
        #expect(Set(cases.map(\.bytes)).count == cases.count, "a text stands there twice")
        for entry in cases {
            switch (entry.verdict, entry.strict) {
            case (.accept, .value), (.reject, .refusal): break
            case (.either, _): #expect(!entry.reason.isEmpty, "line \(entry.line)")
            default: Issue.record("line \(entry.line): the RFC says \(entry.verdict), the table does not")
            }
            // Tolerance adds, and takes nothing away.
            if case .value = entry.strict { #expect(entry.tolerant == entry.strict, "line \(entry.line)") }
        }
    }

    private func outcome(_ bytes: [UInt8], tolerance: JSONReader.Tolerance) -> JSONCase.Outcome {
        do {
            return .value(Array(try JSONReader.read(bytes, tolerance: tolerance).description.utf8))
        } catch {
            return .refusal(error.rule)
        }
    }

    private func text(_ outcome: JSONCase.Outcome) -> String {
        switch outcome {
        case .value(let bytes): String(String(decoding: bytes, as: UTF8.self).prefix(80))
        case .refusal(let rule): rule.rawValue
        }
    }
}
