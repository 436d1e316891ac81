/// The connection for commands, and which start of the service is at its other end.
///
/// Connections are counted from 1 on, as the transport tells of them. One connection ends at one process, so that one
/// answer tells where all that is sent on it goes.
struct CommandConnection: Sendable, Hashable {
    private(set) var number = 0
    private(set) var isUp = false
    private var proof = Proof.none
    /// The question after the epoch that is under way on this connection.
    private var question: UInt64?

    private enum Proof: Sendable, Hashable {
        case none
        case epoch(Int)
        /// Two answers on one connection named two starts: something in between passes requests on, so nothing is certain.
        case contradicted
    }

    /// The start of the service at the other end, where an answer has said it.
    var epoch: Int? {
        guard case .epoch(let epoch) = proof else { return nil }
        return epoch
    }

    mutating func connected() {
        number += 1
        isUp = true
        proof = .none
        question = nil
    }

    mutating func lost() { isUp = false }

    /// An answer to something that was sent on connection `number` names this epoch; whether that is known only now.
    mutating func heard(_ epoch: Int, on number: Int) -> Bool {
        guard number == self.number else { return false }
        switch proof {
        case .none:
            proof = .epoch(epoch)
            return true
        case .epoch(let known) where known != epoch: proof = .contradicted
        case .epoch, .contradicted: break
        }
        return false
    }

    /// Whether to ask for the epoch; then the question has this number. Once for each connection.
    mutating func ask(_ id: UInt64) -> Bool {
        guard isUp, proof == .none, question == nil else { return false }
        question = id
        return true
    }

    /// Whether this is the answer to the question.
    func isQuestion(_ id: UInt64) -> Bool { question == id }
}
