/// Which release of the protocol is spoken: its numbers, and how payloads are wrapped.
///
/// The same number can mean different things in the two (command 130, event kind 301); the dialect decides.
public enum Dialect: String, Sendable, Hashable, CaseIterable {
    /// Release 0.12.0: its numbers, payloads as plain JSON objects.
    case current
    /// Release 0.9.7: its numbers, payloads as a JSON string that holds JSON (`protocol/autotrainer.md`, Q1: up to
    /// 0.9.7, frame 2 is a JSON string whose content is JSON).
    case legacy

    /// The release that a service of this dialect names in its heartbeats.
    public var release: String {
        switch self {
        case .current: "0.12.0"
        case .legacy: "0.9.7"
        }
    }

    /// The dialect of a peer whose heartbeat names `release`.
    ///
    /// Numbers as in 0.12.0 appeared step by step between 0.9.17 (event kinds) and 0.9.21 (commands); what is
    /// before 0.9.17 is read with the numbers of 0.9.7, and what cannot be parsed is taken for current.
    public init(release: String) {
        let parts = release.split(separator: ".").map { Int($0) ?? 0 }
        let isOld = parts.count >= 3 && parts[0] == 0 && (parts[1] < 9 || parts[1] == 9 && parts[2] < 17)
        self = isOld ? .legacy : .current
    }
}
