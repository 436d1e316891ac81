import AcquisitionModel
import Testing

/// One way in which this package does not do what the original was seen to do, and means it.
///
/// A vector is compared with what was recorded. Where divergences apply to it, each turns what was recorded a little
/// more into what is expected, and must change something; a divergence that applies to no vector is a mistake.
struct Divergence<Exchange: Equatable & Sendable>: Sendable, CustomTestStringConvertible {
    let name: String
    let original: String
    let ours: String
    let why: String
    let applies: @Sendable (Vector) throws -> Bool
    let turn: @Sendable (inout Exchange, Vector) throws -> Void

    var testDescription: String { name }

    /// What is expected, given what was recorded.
    static func expected(
        _ recorded: Exchange,
        for vector: Vector,
        by table: [Divergence]
    ) throws -> Exchange {
        var expected = recorded
        for divergence in table where try divergence.applies(vector) {
            let before = expected
            try divergence.turn(&expected, vector)
            #expect(before != expected, "'\(divergence.name)' is declared for \(vector.name) and makes no difference")
        }
        return expected
    }
}

extension Vector {
    /// Whether the name is one of these; a name that ends in `*` stands for all that begin so.
    func isNamed(_ names: String...) -> Bool {
        names.contains { $0.hasSuffix("*") ? name.hasPrefix($0.dropLast()) : name == $0 }
    }
}
