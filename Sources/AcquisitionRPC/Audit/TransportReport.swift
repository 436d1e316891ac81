/// What a transport tells the service about itself, for the audit file.
public enum TransportReport: Sendable, Hashable {
    /// A peer was not let in.
    case refusedHandshake(address: String?, user: String?, reason: String)
    /// A part of the transport does not do all that it should.
    case degraded(part: String, reason: String)
    /// That part does it again.
    case recovered(part: String)
}
