import AcquisitionModel
import Synchronization

/// The commands of a session whose result is still to come.
final class PendingCommands: Sendable {
    /// One of them.
    struct Entry: Sendable, Hashable {
        let command: ApiCommand
        let nonce: JSONValue
        let since: ContinuousClock.Instant
    }

    private let entries = Mutex<[Entry]>([])

    /// In the order of their coming.
    var all: [Entry] { entries.withLock { $0 } }

    func add(_ command: ApiCommand, nonce: JSONValue, since: ContinuousClock.Instant = .now) {
        entries.withLock { $0.append(Entry(command: command, nonce: nonce, since: since)) }
    }

    /// The result under this nonce came; the command that it is for.
    @discardableResult
    func remove(nonce: JSONValue) -> Entry? {
        entries.withLock { entries in
            entries.firstIndex { $0.nonce == nonce }.map { entries.remove(at: $0) }
        }
    }
}
