import AcquisitionModel
import Foundation
import Synchronization

/// The commands of a session whose result is still to come.
final class PendingCommands: Sendable {
    /// One of them.
    struct Entry: Sendable, Hashable {
        let command: ApiCommand
        let nonce: JSONValue
        let since: ContinuousClock.Instant
        let date: Date
        /// Whether somebody waits for the result, who will tell.
        let isAwaited: Bool
    }

    private let entries = Mutex<[Entry]>([])

    /// In the order of their coming.
    var all: [Entry] { entries.withLock { $0 } }

    func add(_ command: ApiCommand, nonce: JSONValue, isAwaited: Bool) {
        let entry = Entry(command: command, nonce: nonce, since: .now, date: Date(), isAwaited: isAwaited)
        entries.withLock { $0.append(entry) }
    }

    /// A result came; the command that it is for, where nobody waits for it. Another client's command may have the same
    /// nonce.
    func finish(_ response: ApiCommandRequestResponse) -> Entry? {
        // What a service does not know by its number it calls USER_DEFINED; who forgets to say it says 0.
        let command = response.command
        let isNamed = command != .none && command != .userDefined
        return entries.withLock { entries in
            entries.firstIndex { entry in
                let isMeant = !isNamed || entry.command == command || entry.command == .userDefined
                return entry.nonce == response.nonce && !entry.isAwaited && isMeant
            }.map { entries.remove(at: $0) }
        }
    }

    /// Nothing more is expected under this nonce; what was.
    func remove(nonce: JSONValue) -> Entry? {
        entries.withLock { entries in
            entries.firstIndex { $0.nonce == nonce }.map { entries.remove(at: $0) }
        }
    }
}
