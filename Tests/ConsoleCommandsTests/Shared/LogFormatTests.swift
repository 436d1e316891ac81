import AcquisitionModel
import Foundation
import Logging
import Synchronization
import Testing

@testable import ConsoleCommands

struct LogFormatTests {
    let date = Date(timeIntervalSince1970: 1_700_000_000.25)

    @Test func textHasMillisecondsAndSortedMetadata() {
        let line = ConsoleLogHandler.text(.info, "hello", ["b": "2", "a": "1"], at: date, style: .plain)
        #expect(line.hasSuffix(":20.250 info: hello a=1 b=2"))
    }

    @Test func jsonIsOneObject() throws {
        let line = ConsoleLogHandler.json(.error, "a \"b\"", ["key": "value"], label: "tool", at: date)
        let json = try JSONReader.read(line)
        #expect(json["level"] == "error")
        #expect(json["message"] == "a \"b\"")
        #expect(json["key"] == "value")
        #expect(json["time"]?.string?.contains(":20.250") == true)
    }

    /// Whoever logs: the tools' own handlers let nothing through that ends a line or that a terminal obeys.
    @Test(arguments: ["\u{1B}[2J", "\u{9B}2J", "a\r\nb", "\u{202E}x", "\u{2028}"])
    func noTextForgesALine(_ bad: String) {
        let metadata: Logger.Metadata = ["key\(bad)": "\(bad)"]
        let text = ConsoleLogHandler.text(.info, bad, metadata, at: date, style: .plain)
        let json = ConsoleLogHandler.json(.info, bad, metadata, label: "tool", at: date)
        let written = Mutex<[String]>([])
        let trainer = TrainerLogHandler(label: "app", level: .info, isJSON: false) { line in
            written.withLock { $0.append(line) }
        }
        Logger(label: "app") { _ in trainer }.info("\(bad)", metadata: metadata)
        for line in [text, json] + written.withLock({ $0 }) { #expect(SafeText.of(line) == line) }
    }

    @Test(arguments: [(0.25, "+0.250s"), (61.5, "+61.500s"), (-0.001, "-0.001s"), (0, "+0.000s")])
    func deltas(_ seconds: Double, _ text: String) { #expect(WallClock.delta(seconds) == text) }
}
