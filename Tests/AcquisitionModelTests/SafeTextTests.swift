import TestSupport
import Testing

@testable import AcquisitionModel

struct SafeTextTests {
    @Test(arguments: [
        ("plain text, ümlaut, 漢字, 🐭", "plain text, ümlaut, 漢字, 🐭"),
        ("a\u{1B}[2Jb\n\r\t\0", "a\\u{1b}[2Jb\\n\\r\\t\\u{0}"),
        ("\u{7F}\u{85}\u{9B}2J", "\\u{7f}\\u{85}\\u{9b}2J"),
        ("a\u{2028}b\u{2029}c", "a\\u{2028}b\\u{2029}c"),
        ("\u{202E}\u{2066}\u{200B}\u{FEFF}\u{AD}\u{E0041}", "\\u{202e}\\u{2066}\\u{200b}\\u{feff}\\u{ad}\\u{e0041}"),
        ("\r\n", "\\r\\n"), ("", ""),
    ])
    func whatIsNotSeenIsShownAsAnEscape(_ text: String, _ shown: String) {
        #expect(SafeText.of(text) == shown)
        #expect(SafeText.of(shown) == shown)
    }

    @Test func whatIsLongIsCut() {
        #expect(SafeText.clipped("12345", to: 5) == "12345")
        #expect(SafeText.clipped("123456", to: 5) == "1234…")
        #expect(SafeText.clipped("\u{1B}\u{1B}", to: 6) == "\\u{1b}".prefix(5) + "…")
        #expect(SafeText.clipped(String(repeating: "x", count: 1 << 20)).unicodeScalars.count == 200)
    }

    /// No character that a line must not have comes out, twice is once, and the length is kept.
    @Test func whateverComesIn() {
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                let range: ClosedRange<UInt32> =
                    [0...0xFF, 0x2000...0x20FF, 0...0x10FFFF].randomElement(using: &random) ?? 0...1
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) {
                    text.unicodeScalars.append(scalar)
                }
            }
            let length = Int.random(in: 1...40, using: &random)
            let shown = SafeText.clipped(text, to: length)
            #expect(shown.unicodeScalars.count <= length, "seed \(random.seed)")
            #expect(SafeText.clipped(shown, to: length) == shown, "seed \(random.seed)")
            let bad = shown.unicodeScalars.filter {
                switch $0.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: true
                default: false
                }
            }
            #expect(bad.isEmpty, "seed \(random.seed)")
        }
    }

    /// A key and a text of the message, in which a stranger writes what he likes, are part of the error's sentence.
    @Test func anErrorsSentenceIsOneLine() throws {
        let key = "a\\n2026-11-21 info: all is well\\u001b[2J\\u202e"
        let error = #expect(throws: WireError.self) {
            try JSONReader.read(Array("{\"\(key)\":{\"b\" 1}}".utf8))
        }
        let sentence = try #require(error).description
        #expect(SafeText.of(sentence) == sentence && sentence.contains("a\\n2026-11-21"))
    }

    @Test func anErrorsSentenceIsShort() throws {
        let key = String(repeating: "k", count: 500_000)
        let error = #expect(throws: WireError.self) {
            try JSONReader.read(Array("{\"\(key)\":{\"\(key)\":{\"b\" 1}}}".utf8))
        }
        #expect(try #require(error).description.utf8.count < 1_000)
        #expect(try #require(error).path.utf8.count < 1_000)
    }
}
