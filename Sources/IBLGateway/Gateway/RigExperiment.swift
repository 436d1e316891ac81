/// An experiment that a controller has named.
struct RigExperiment: Sendable, Hashable {
    let reference: ExperimentReference
    /// The reference as it was written, which goes back like that: `2026-01-01_001_mouse` is not rewritten.
    let text: String

    init(_ reference: ExperimentReference, text: String? = nil) {
        self.reference = reference
        self.text = text ?? "\(reference)"
    }

    /// Reads a reference: text, or an object with `subject`, `date` and `sequence` (or `number`), as iblrig keeps it. Nil
    /// where there is none.
    ///
    /// - Throws: `GatewayError` of the code `badValue` for one that is misspelt.
    static func reading(_ json: JSONValue?) throws(GatewayError) -> RigExperiment? {
        switch json {
        case nil, .null, .string(""): return nil
        case .string(let text): return RigExperiment(try ExperimentReference(text), text: text)
        case .object(let object):
            func text(_ key: String) -> String? { object.value(ofExactly: key)?.string }
            let sequence = object.value(ofExactly: "sequence") ?? object.value(ofExactly: "number")
            guard let date = text("date"), let subject = text("subject"),
                let number = sequence?.int ?? sequence?.string.flatMap({ Int($0) })
            else {
                throw GatewayError(
                    .badValue,
                    "An experiment reference that is an object needs 'date', 'sequence' and 'subject'"
                )
            }
            return RigExperiment(try ExperimentReference(date: date, number: number, subject: subject))
        case let other?:
            throw GatewayError(.badValue, "An experiment reference is text or an object, not \(other.kindInWords)")
        }
    }
}
