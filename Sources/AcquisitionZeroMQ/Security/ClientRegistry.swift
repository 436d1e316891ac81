import AcquisitionRPC
import Logging
import ZeroMQ

/// Knows, at each moment, who may reach the service: what the folder `clients` says now.
///
/// The files are looked at on a thread of its own (``ClientReader``), since a disk or a network that hangs must not keep
/// anybody from an emergency stop. Where the system tells of changes, a look-up asks it and no thread; otherwise it
/// waits for the thread, and not for long.
final class ClientRegistry: Sendable {
    private let reader: ClientReader

    /// What is known of who gives a command.
    enum Standing: Sendable, Hashable {
        case client(AuthorizedClient)
        /// This user was known, and the files have not answered for so long that nothing else is known any more.
        case expired(user: String)
        case nobody
    }

    init(_ reader: ClientReader) { self.reader = reader }

    convenience init(
        _ folder: KeyFolder,
        logger: Logger,
        now: @escaping @Sendable () -> FileStamp.Time = { .now },
        report: @escaping ClientReader.Report = { _ in }
    ) {
        let source = FolderOfClients(ClientDirectory(folder.clientsPath), above: folder.path, now: now)
        self.init(ClientReader(source, logger: logger, report: report))
    }

    deinit { reader.close() }

    /// How often the folder was read; for tests.
    var reads: Int { reader.reads }

    /// Who has this key, as the files say now; nil for nobody who may come in, also where the files do not answer.
    func client(_ key: CurveKey) -> AuthorizedClient? {
        reader.look(within: reader.limits.handshakePatience) { $0.clients[key] } ?? nil
    }

    /// Whether this key may come in; nil where the files do not answer.
    func admits(_ key: CurveKey) -> Bool? {
        reader.look(within: reader.limits.handshakePatience) { $0.clients[key] != nil }
    }

    /// Who gives a command with this key: as the files say now, or as they said last where they do not answer.
    func standing(of key: CurveKey) -> Standing {
        if let client = reader.look(within: reader.limits.patience, { $0.clients[key] }) {
            return client.map(Standing.client) ?? .nobody
        }
        return switch reader.lastKnown(key) {
        case .client(let client): .client(client)
        case .expired(let user): .expired(user: user)
        case .nobody: .nobody
        }
    }

    /// How many may come in; nil where the files do not answer.
    var count: Int? { reader.look(within: reader.limits.handshakePatience) { $0.clients.count } }

    /// Ends the thread, for which nobody waits: it may hang.
    func close() { reader.close() }
}
