/// The nonces of a client's commands, each drawn at random.
///
/// They are 1 or more, since releases up to 0.9.13 lose minus signs (`protocol/autotrainer.md`, Q3) and 0 is what an
/// unreadable request is answered with (Q16); and they fit in 32 bits with a sign, since typed consumers drop a result whose
/// nonce does not (`protocol/mouse-gym.md`, G11).
struct NonceSource: Sendable {
    static let range: ClosedRange<Int64> = 1...Int64(Int32.max)
    /// A service remembers so many commands of one client at most (``AnswerMemory/Limits``): under none of their nonces
    /// another one is given.
    static let maximumRecent = AnswerMemory.Limits().commandsPerOwner

    private var recent: Set<Int64> = []
    private var order = Deque<Int64>()
    private var generator = Generator()

    /// SplitMix64 from a seed of the system's: no call of the system for each command.
    private struct Generator: RandomNumberGenerator, Sendable {
        private var state = UInt64.random(in: .min ... .max)

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return bits ^ (bits >> 31)
        }
    }

    /// A nonce that is not among the last ones, and not one of which `isUnderWay` says that a command has it.
    mutating func next(isUnderWay: (Int64) -> Bool) -> Int64 {
        var generator = generator
        defer { self.generator = generator }
        return next(using: &generator, isUnderWay: isUnderWay)
    }

    mutating func next(using generator: inout some RandomNumberGenerator, isUnderWay: (Int64) -> Bool) -> Int64 {
        while true {
            let nonce = Int64.random(in: Self.range, using: &generator)
            guard !isUnderWay(nonce), recent.insert(nonce).inserted else { continue }
            order.append(nonce)
            if recent.count > Self.maximumRecent, let oldest = order.popFirst() { recent.remove(oldest) }
            return nonce
        }
    }
}
