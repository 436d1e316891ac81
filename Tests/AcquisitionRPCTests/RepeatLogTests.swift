import Logging
import Synchronization
import TestSupport
import Testing

@testable import AcquisitionRPC

struct RepeatLogTests {
    private let start = ContinuousClock.now

    private func note(_ log: inout RepeatLog, _ message: StaticString, _ subject: Int = 0, after time: Duration) -> Int?
    {
        log.note(.warning, message, subject: subject == 0 ? "" : "\(subject)", at: start + time)
    }

    @Test func theFirstIsSaidAndThenOneInEachPause() {
        var log = RepeatLog(pause: .seconds(10))
        let counts = [0, 1, 9_999, 10_000, 10_001, 19_999, 20_001].map {
            note(&log, "one", after: .milliseconds($0))
        }
        #expect(counts == [1, nil, nil, 3, nil, nil, 3])
        #expect(!log.hasLeftOut)
    }

    @Test func kindsDoNotHideEachOther() {
        var log = RepeatLog()
        let counts = [
            note(&log, "one", after: .zero), note(&log, "two", after: .zero), note(&log, "two", 1, after: .zero),
            note(&log, "two", 2, after: .zero), note(&log, "two", 1, after: .seconds(1)),
        ]
        #expect(counts == [1, 1, 1, 1, nil])
    }

    @Test func theRemainderIsSaidOnceWhenThePauseIsOver() throws {
        var log = RepeatLog(pause: .seconds(10))
        for second in 0..<4 { _ = note(&log, "one", 7, after: .seconds(second)) }
        #expect(log.takeDue(at: start + .seconds(9)).isEmpty)
        let due = log.takeDue(at: start + .seconds(10))
        let line = try #require(due.first)
        #expect(due.count == 1 && line.count == 3 && line.subject == "7" && "\(line.message)" == "one")
        #expect(log.takeDue(at: start + .seconds(30)).isEmpty)
        let next = [11, 20].map { note(&log, "one", 7, after: .seconds($0)) }
        #expect(next == [nil, 2], "the remainder began another pause")
    }

    @Test func theEndSaysEverything() {
        var log = RepeatLog()
        for message in ["one", "two"] as [StaticString] {
            for _ in 0..<3 { _ = note(&log, message, after: .zero) }
        }
        #expect(log.takeAll(at: start).map(\.count) == [2, 2])
        #expect(!log.hasLeftOut && log.takeAll(at: start).isEmpty)
    }

    @Test func aStrangerCannotMakeUpKindsWithoutEnd() {
        var log = RepeatLog(pause: .seconds(10))
        let said = (1...10_000).count { note(&log, "one", $0, after: .milliseconds($0 / 100)) != nil }
        #expect(said == RepeatLog.maximumSubjects + 1, "one more for all the others together")
        let counted = log.takeAll(at: start + .seconds(1)).reduce(0) { $0 + $1.count }
        #expect(said + counted == 10_000)
        #expect(note(&log, "one", 20_000, after: .seconds(12)) == 1, "those that are over make room")
    }

    @Test func countsDoNotOverflow() {
        var log = RepeatLog()
        let counts = (0..<4).map { log.note(.info, "one", count: .max, at: start + .seconds($0 * 6)) }
        #expect(counts == [.max, nil, .max, nil])
    }

    /// Whatever comes when: each event is told of once.
    @Test func everythingIsTold() {
        var random = SeededGenerator()
        var log = RepeatLog(pause: .seconds(10))
        var (now, sent, told) = (start, 0, 0)
        for _ in 0..<5_000 {
            now += .milliseconds(Int.random(in: 0...4_000, using: &random))
            if Int.random(in: 0..<10, using: &random) == 0 {
                told += log.takeDue(at: now).reduce(0) { $0 + $1.count }
            } else {
                let count = Int.random(in: 1...5, using: &random)
                sent += count
                let subject = "\(Int.random(in: 0...60, using: &random))"
                told += log.note(.error, "one", subject: subject, count: count, at: now) ?? 0
            }
        }
        told += log.takeAll(at: now).reduce(0) { $0 + $1.count }
        #expect(sent == told, "seed \(random.seed)")
    }
}

struct RepeatLoggerTests {
    @Test func whatIsLeftOutIsCountedAndSaidAtTheEnd() {
        let lines = LineCollector()
        let log = RepeatLogger(lines.logger)
        for number in 0..<1_000 { log.warning("A reply was dropped", ["number": "\(number)"]) }
        log.flush()
        #expect(lines.all == ["warning A reply was dropped number=0"])
        log.finish()
        #expect(lines.all == ["warning A reply was dropped number=0", "warning A reply was dropped count=999"])
    }

    @Test func nothingIsMadeForALineThatIsNotSaid() {
        let lines = LineCollector(level: .error)
        let log = RepeatLogger(lines.logger)
        let made = Atomic(0)
        let metadata = { () -> Logger.Metadata in
            made.add(1, ordering: .relaxed)
            return [:]
        }
        for _ in 0..<10 { log.warning("not said", metadata()) }
        for _ in 0..<10 { log.error("said", metadata()) }
        log.finish()
        #expect(made.load(ordering: .relaxed) == 1)
        #expect(lines.all == ["error said", "error said count=9"])
    }

    /// A handler that logs through the same logger would wait for itself for ever under a lock.
    @Test func theHandlerIsCalledWithoutALock() {
        let lines = LineCollector()
        let log = RepeatLogger(lines.logger)
        lines.onLine { line in if !line.contains("inner") { log.warning("inner") } }
        for _ in 0..<3 { log.warning("outer") }
        log.finish()
        #expect(lines.all == ["warning outer", "warning inner", "warning outer count=2"])
    }
}
