/// What a transport tells the service about itself.
public enum TransportReport: Sendable, Hashable {
    /// A peer was not let in.
    case refused(RefusedHandshake)
    /// A part of the transport does not do all that it should.
    case degraded(part: String, reason: String)
    /// That part does it again.
    case recovered(part: String)
}
