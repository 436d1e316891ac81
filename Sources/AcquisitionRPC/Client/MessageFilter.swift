import AcquisitionModel

/// Which published messages a reader wants.
struct MessageFilter: Sendable, Hashable {
    /// None for all.
    let topics: Set<ApiTopic>
    /// None for all; otherwise events of these kinds, and no other messages.
    let kinds: Set<ApiEventKind>

    /// What to subscribe to.
    var prefixes: [[UInt8]] { topics.isEmpty ? [[]] : topics.map(\.frame) }

    func accepts(_ message: ApiMessage) -> Bool {
        // Who was restarted concerns everybody; what was missed on a topic, whoever reads it.
        if case .notice(let notice) = message.content {
            return notice == .restarted || topics.isEmpty || topics.contains(message.topic)
        }
        guard topics.isEmpty || topics.contains(message.topic) else { return false }
        guard !kinds.isEmpty else { return true }
        guard case .event(let event) = message.content else { return false }
        return kinds.contains(event.kind)
    }
}
