import AcquisitionModel
import Foundation
import TestSupport
import Testing

/// Reader and writer against each other and against Foundation's, over random values.
struct JSONRoundTripTests {
    @Test(arguments: [SeededGenerator(seed: 1), SeededGenerator(seed: 8_890_511_143_247_316_636), SeededGenerator()])
    func agreesWithItselfAndWithFoundation(_ generator: SeededGenerator) throws {
        var random = generator
        for round in 0..<2_000 {
            let value = JSONValue.random(depth: 5, using: &random)
            let place: Comment = "seed \(random.seed), round \(round): \(value)"

            let text = try value.encoded()
            #expect(try JSONReader.read(text).isSame(as: value), place)
            #expect(try JSONReader.read(text).description == value.description, place)

            // What we write, Foundation reads; what Foundation writes, we read. Foundation's reader loses U+FEFF where
            // it follows an escape, so texts with that character are compared without it (seed 8890511143247316636).
            guard !value.description.unicodeScalars.contains("\u{FEFF}") else { continue }
            let theirs = try JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
            let again = try JSONSerialization.data(withJSONObject: theirs, options: .fragmentsAllowed)
            #expect(try JSONReader.read(Array(again)).isSame(as: value), place)
        }
    }

    /// Every prefix and every text with one byte changed is read or refused, and never traps.
    @Test func survivesDamage() throws {
        var random = SeededGenerator()
        for _ in 0..<300 {
            let text = try JSONValue.random(depth: 4, using: &random).encoded()
            var damaged = text
            damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            for bytes in [Array(text.prefix(Int.random(in: 0...text.count, using: &random))), damaged] {
                if let value = try? JSONReader.read(bytes) {
                    #expect(try JSONReader.read(value.description).isSame(as: value), "seed \(random.seed)")
                }
                _ = try? JSONReader.read(bytes, tolerance: .oldReleases)
            }
        }
    }
}

extension JSONValue {
    /// Whether both are the same, where text counts byte for byte and numbers by their value.
    fileprivate func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.members.allSatisfy { right.value(ofExactly: $0.key)?.isSame(as: $0.value) == true }
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.integer(let left), .integer(let right)): left == right
        case (.bool, _), (.null, _): self == other
        default: double != nil && double == other.double
        }
    }
}
