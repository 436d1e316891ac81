import Foundation
import TestSupport
import Testing

@testable import AcquisitionModel

/// Checking without making values agrees with reading: it takes what that takes and refuses it with the same error, of the
/// same rule at the same place.
struct JSONCheckTests {
    private static let limits = [WireLimits.standard, WireLimits(size: 64, depth: 3)]

    @Test func agreesOnTheTable() throws {
        for entry in try JSONCase.all() { try compare(entry.bytes, "line \(entry.line)") }
    }

    /// Whatever the fuzzers have found.
    @Test func agreesOnTheCorpus() throws {
        let corpus = Fixtures.checkout.appending(path: "Fuzzing/Corpus")
        let files = try #require(FileManager.default.enumerator(at: corpus, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files where !file.hasDirectoryPath {
            try compare(Array(Data(contentsOf: file)), "\(file.lastPathComponent)")
            count += 1
        }
        #expect(count > 0)
    }

    /// Random values, cut off anywhere, with a byte changed, with one put in.
    @Test(arguments: [SeededGenerator(seed: 3), SeededGenerator()])
    func agreesOnDamage(_ generator: SeededGenerator) throws {
        var random = generator
        let marks = Array("{}[]\":,\\u0eE.-+ntf\t \u{7F}é".utf8) + [0x00, 0x1F, 0x80, 0xC0, 0xED, 0xF4, 0xFF]
        for round in 0..<1_500 {
            let text = try JSONValue.random(depth: 5, using: &random).encoded()
            var changed = text
            changed[Int.random(in: text.indices, using: &random)] = marks.randomElement(using: &random) ?? 0
            var longer = text
            longer.insert(
                marks.randomElement(using: &random) ?? 0,
                at: Int.random(in: 0...text.count, using: &random)
            )
            let cut = Array(text.prefix(Int.random(in: 0...text.count, using: &random)))
            for bytes in [text, changed, longer, cut] {
                try compare(bytes, "seed \(random.seed), round \(round): \(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }

    /// The value that is passed over is of the kind that was there.
    @Test(arguments: ["null", "true", "false", "17", "-1.5e3", "\"ü\\n\"", "[1,[2]]", "{\"a\":{\"b\":1}}"])
    func tellsTheKind(_ text: String) throws {
        let value = try JSONReader.read(Array(text.utf8), limits: .standard) { reader throws(WireError) in
            try reader.skipValue()
        }
        #expect(value.kindInWords == (try JSONReader.read(text)).kindInWords)
    }

    private func compare(_ bytes: [UInt8], _ place: Comment) throws {
        for limits in Self.limits {
            for tolerance in [JSONReader.Tolerance.none, .oldReleases] {
                #expect(
                    refusal { () throws(WireError) in
                        try JSONReader.check(bytes, limits: limits, tolerance: tolerance)
                    }
                        == refusal { () throws(WireError) in
                            _ = try JSONReader.read(bytes, limits: limits, tolerance: tolerance)
                        },
                    place
                )
            }
        }
    }

    private func refusal(_ body: () throws(WireError) -> Void) -> WireError? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }
}
