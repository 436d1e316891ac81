/// Nonces that do not collide between clients: each counts from a random number on.
///
/// They are 1 or more, since releases up to 0.9.13 lose minus signs (`protocol/autotrainer.md`, Q3) and 0 is what an
/// unreadable request is answered with (Q16); and below 2^53, so that programs without 64-bit integers keep them.
struct NonceSource: Sendable {
    private var last = Int64.random(in: 1 << 32..<1 << 52)

    mutating func next() -> Int64 {
        last += 1
        return last
    }
}
