/// Random numbers that a failed test can repeat: SplitMix64 from a seed.
///
/// ```swift
/// var random = SeededGenerator()  // a new seed each run…
/// #expect(…, "seed \(random.seed)")  // …which the failure shows, for SeededGenerator(seed: …)
/// ```
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// What the numbers follow from.
    public let seed: UInt64
    private var state: UInt64

    /// A generator that starts at `seed`.
    public init(seed: UInt64 = .random(in: .min ... .max)) {
        self.seed = seed
        state = seed
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
