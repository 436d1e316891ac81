import AcquisitionModel
import Foundation
import TestSupport
import Testing

@testable import AcquisitionRPC

/// Tampering is found, and at the right line.
struct AuditVerifierTests {
    private let sample = AuditSample.file(12)

    @Test func aWholeFileIsWhole() throws {
        let report = AuditSample.verify(sample)
        #expect(report.problem == nil && report.entries == 12 && !report.isStopped)
        #expect(AuditSample.verify([]).problem == nil)
        let head = report.head
        #expect(AuditSample.verify(sample, wanted: head.uppercased()).wantedLine == 12)
        // Entries that are missing at the end leave no trace but a hash that is known from elsewhere.
        let shorter = AuditSample.verify(AuditSample.text(AuditSample.lines(sample).dropLast()), wanted: head)
        #expect(shorter.problem == nil && shorter.wantedLine == nil)
    }

    @Test func everyChangedByteIsFoundAtItsLine() throws {
        var random = SeededGenerator()
        let sample = AuditSample.file(4)
        var line = 1
        for place in sample.indices {
            var text = sample
            text[place] ^= UInt8.random(in: 1...255, using: &random)
            let problem = AuditSample.verify(text).problem
            #expect(problem?.line == line, "byte \(place) of line \(line), seed \(random.seed)")
            if sample[place] == UInt8(ascii: "\n") { line += 1 }
        }
    }

    @Test func whateverIsPutInTakenOutOrMovedIsFoundAtItsLine() throws {
        let lines = AuditSample.lines(sample)
        for place in 0..<11 {
            var without = lines
            without.remove(at: place)
            #expect(AuditSample.verify(AuditSample.text(without)).problem?.line == place + 1)
            var swapped = lines
            swapped.swapAt(place, 11)
            #expect(AuditSample.verify(AuditSample.text(swapped)).problem?.line == place + 1)
            var twice = lines
            twice.insert(lines[place], at: place)
            #expect(AuditSample.verify(AuditSample.text(twice)).problem?.line == place + 2)
            // An entry of another file, whole in itself.
            var foreign = lines
            foreign[place] = AuditSample.lines(AuditSample.file(12))[place]
            let problem = AuditSample.verify(AuditSample.text(foreign)).problem
            #expect(problem?.line == (place == 0 ? 2 : place + 1))
        }
    }

    @Test func randomDamageNeverPasses() throws {
        var random = SeededGenerator()
        for _ in 0..<300 {
            var text = sample
            let start = Int.random(in: 0..<text.count - 1, using: &random)
            let end = min(text.count, start + Int.random(in: 1...600, using: &random))
            let isCut = Bool.random(using: &random)
            let new = isCut ? [] : (0..<(end - start)).map { _ in UInt8.random(in: 0...255, using: &random) }
            let line = sample[..<start].count { $0 == UInt8(ascii: "\n") } + 1
            text.replaceSubrange(start..<end, with: new)
            if text == sample { continue }
            // What was cut off the end, whole lines of it, leaves a shorter file that is whole.
            if isCut, end == sample.count, start == 0 || sample[start - 1] == UInt8(ascii: "\n") { continue }
            let problem = AuditSample.verify(text).problem
            #expect(problem?.line == line, "bytes \(start)..<\(end), cut: \(isCut), seed \(random.seed)")
        }
    }

    @Test func aCutFileIsFoundAtItsLastLine() throws {
        let lines = AuditSample.lines(sample)
        for count in 1...lines[11].count {
            let text = AuditSample.text(Array(lines[..<11])) + lines[11].prefix(count)
            #expect(AuditSample.verify(text).problem == AuditVerifier.Problem(line: 12, flaw: .unfinished))
        }
    }

    @Test(arguments: [1 << 16, 1 << 20])
    func whatIsNoAuditFileIsFoundAtOnce(_ count: Int) throws {
        for byte in [UInt8(ascii: "x"), 0, UInt8(ascii: "\n"), UInt8(ascii: "{")] {
            let problem = try TemporaryFile([UInt8](repeating: byte, count: count)).verify().problem
            #expect(problem?.line == 1)
        }
    }

    /// Heavy: 20,000 entries, which take some seconds where nothing is optimised.
    @Test func aLongFileIsVerifiedInConstantMemory() throws {
        let file = try TemporaryFile()
        try file.write(AuditSample.file(20_000))
        let before = ProcessResources()
        let report = try file.verify()
        #expect(report.problem == nil && report.entries == 20_000)
        if let before, let after = ProcessResources(), let growth = after.growth(since: before) {
            #expect(growth < 4, "\(before), then \(after)")
        }
    }
}
