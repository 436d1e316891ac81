/// Whether a connection sends a message without an end: more bytes than a message may have were taken from it, and no
/// message came of them.
///
/// ```
/// calm ─── limit passed ──> suspect ─── limit passed again ──> condemned ─── socket found empty ──> close
///   └──────── delivered <──────┴──────────── delivered <──────────┘
/// ```
///
/// Deliveries are told only of suspects, which are few. That the socket was found empty twice afterwards tells that no
/// message was merely waiting to be read.
struct ConnectionWatch: Sendable, Hashable {
    private enum Phase: Sendable, Hashable {
        /// `since` is the count of bytes when no message was unfinished; nil where it is to be read.
        case calm(since: UInt64?)
        case suspect(since: UInt64)
        case condemned(whenEmptied: UInt64)
    }

    private var phase = Phase.calm(since: 0)

    /// Whether deliveries have to be told.
    var isSuspect: Bool {
        if case .calm = phase { false } else { true }
    }

    /// A message of this connection was delivered.
    mutating func delivered() { phase = .calm(since: nil) }

    /// - Parameters:
    ///   - bytes: how many were taken from the connection up to now.
    ///   - emptied: how often the socket was found without a message up to now.
    ///   - limit: how many bytes a message may have, at the most.
    /// - Returns: whether the connection is to be closed.
    mutating func look(bytes: UInt64, emptied: UInt64, limit: UInt64) -> Bool {
        switch phase {
        case .calm(let since):
            guard let since else {
                phase = .calm(since: bytes)
                return false
            }
            if bytes > since + limit { phase = .suspect(since: bytes) }
            return false
        case .suspect(let since):
            if bytes > since + limit { phase = .condemned(whenEmptied: emptied) }
            return false
        case .condemned(let whenEmptied):
            return emptied > whenEmptied + 1
        }
    }
}
