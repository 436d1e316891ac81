import AcquisitionModel

/// One line of the audit file, without what makes it a link of the chain.
struct AuditEntry: Sendable {
    /// When it happened; for a command, when it was answered.
    let time: AuditTime
    let content: Content

    enum Content: Sendable {
        case start(identifier: String, release: String, endpoints: RpcEndpoints)
        case stop
        /// A command got its reply.
        case command(AuditedOutcome)
        /// A command that was answered PENDING_WITH_NOTIFICATION got its result.
        case result(AuditedOutcome)
        /// A request that breaks the rule that is named.
        case unreadable(AuditTrace, rule: String)
        /// What the transport has to say.
        case transport(TransportReport)
        /// So many entries are missing here: they came faster than they could be written.
        case gap(lost: Int)
        /// The file could not be written for a while; so many entries are missing.
        case resumed(reason: String, since: AuditTime, lost: Int)
        /// The bytes before this line, since the last whole entry, are what was left of one: the program or the machine
        /// stopped while it was written.
        case torn(bytes: Int, digest: [UInt8])
        /// So many entries of a kind are only counted, from that time on: their sender made too many of them, of requests
        /// that were not carried out.
        case summary(AuditLimiter.Kind, count: Int, since: AuditTime)
        /// The file is no longer where it was opened; what follows stands in another one.
        case moved(AuditDisplacement)
        /// The file before this one was moved, removed or cut while it was written. So many entries of it stand here again,
        /// since they may be lost there.
        case reopened(AuditDisplacement, previous: AuditChain, repeated: Int)
    }

    init(_ content: Content, at time: AuditTime = .now) {
        self.time = time
        self.content = content
    }

    /// The word under `entry`.
    var kind: String {
        switch content {
        case .start: "start"
        case .stop: "stop"
        case .command: "command"
        case .result: "result"
        case .unreadable: "unreadable"
        case .transport(.refused): "handshakeRefused"
        case .transport(.degraded): "degraded"
        case .transport(.recovered): "recovered"
        case .transport(.cut(let connection)): connection.reason.isRefusal ? "connectionRefused" : "connectionCut"
        case .gap: "gap"
        case .resumed: "resumed"
        case .torn: "torn"
        case .summary: "summary"
        case .moved: "moved"
        case .reopened: "reopened"
        }
    }

    /// What the entry is counted under where there are too many of its kind; nil for what is always written.
    var limitedKind: AuditLimiter.Kind? {
        switch content {
        case .command(let outcome) where !outcome.hasRun:
            AuditLimiter.Kind(
                entry: kind,
                outcome: "\(outcome.result)",
                user: outcome.trace?.user,
                address: outcome.trace?.address
            )
        case .unreadable(let trace, _): AuditLimiter.Kind(entry: kind, user: trace.user, address: trace.address)
        case .transport(.refused(let handshake)): AuditLimiter.Kind(entry: kind, address: handshake.address)
        case .transport(.cut(let connection)): AuditLimiter.Kind(entry: kind, address: connection.address)
        default: nil
        }
    }

    /// The memory that it keeps while it waits, about, in bytes.
    var size: Int {
        switch content {
        case .command(let outcome), .result(let outcome): 256 + (outcome.trace?.size ?? 0)
        case .unreadable(let trace, _): 256 + trace.size
        default: 256
        }
    }

    /// Writes what this kind of entry has to say, as members of an object.
    func encodeContent(to writer: inout JSONWriter) {
        switch content {
        case .start(let identifier, let release, let endpoints):
            writer.field("identifier", AuditText.clipped(identifier))
            writer.field("release", release)
            writer.field("implementation", "\(Implementation.name) \(Implementation.version)")
            writer.field("events", AuditText.clipped(endpoints.subscriber.joined(separator: " ")))
            writer.field("commands", AuditText.clipped(endpoints.command.joined(separator: " ")))
        case .stop: break
        case .command(let outcome), .result(let outcome): outcome.encode(to: &writer, endingAt: time)
        case .unreadable(let trace, let rule):
            trace.encode(to: &writer)
            writer.field("reason", AuditText.clipped(rule))
        case .transport(.refused(let handshake)):
            // Who is not let in has no name.
            writer.field("user", JSONValue.null)
            writer.field("peer", handshake.address.map(AuditText.clipped))
            writer.field("reason", AuditText.clipped(handshake.reason))
        case .transport(.degraded(let part, let reason)):
            writer.field("part", AuditText.clipped(part))
            writer.field("reason", AuditText.clipped(reason))
        case .transport(.recovered(let part)): writer.field("part", AuditText.clipped(part))
        case .transport(.cut(let connection)):
            writer.field("peer", connection.address.map(AuditText.clipped))
            writer.field("reason", connection.reason.rawValue)
        case .gap(let lost): writer.field("lost", lost)
        case .resumed(let reason, let since, let lost):
            writer.field("reason", AuditText.clipped(reason))
            writer.field("since", since.text)
            writer.field("lost", lost)
        case .torn(let bytes, let digest):
            writer.field("bytes", bytes)
            writer.field("digest", String(decoding: digest, as: UTF8.self))
        case .summary(let kind, let count, let since):
            writer.field("of", kind.entry)
            writer.field("user", kind.user.map(AuditText.clipped))
            writer.field("peer", kind.address.map(AuditText.clipped))
            if let outcome = kind.outcome { writer.field("outcome", outcome) }
            writer.field("count", count)
            writer.field("since", since.text)
        case .moved(let displacement): writer.field("reason", displacement.rawValue)
        case .reopened(let displacement, let previous, let repeated):
            writer.field("reason", displacement.rawValue)
            writer.field("previousEntries", previous.sequence)
            writer.field("previousHash", String(decoding: previous.head, as: UTF8.self))
            writer.field("repeated", repeated)
        }
    }
}

extension AuditTrace {
    fileprivate func encode(to writer: inout JSONWriter) {
        writer.field("user", user.map(AuditText.clipped))
        writer.field("role", role.map(AuditText.clipped))
        writer.field("peer", address.map(AuditText.clipped))
        let digest = frames.count == 1 ? SHA256.hexDigest(of: frames[0]) : SHA256.hexDigest(of: Array(frames.joined()))
        writer.field("digest", String(decoding: digest, as: UTF8.self))
    }
}

extension AuditedOutcome {
    fileprivate func encode(to writer: inout JSONWriter, endingAt end: AuditTime) {
        trace?.encode(to: &writer)
        writer.field("command", AuditText.clipped("\(command)"))
        writer.field("number", AuditText.clipped(commandValue))
        if customCommand != -1 { writer.field("customCommand", AuditText.clipped(customCommand)) }
        writer.field("nonce", AuditText.clipped(nonce))
        writer.field("outcome", "\(result)")
        if errorCode != 0 { writer.field("errorCode", errorCode) }
        if let trace { writer.field("duration", Double(end.monotonic - trace.arrival.monotonic) / 1e6) }
    }
}

/// What others chose is kept short: a line has less than 8 KiB whatever a client sends.
enum AuditText {
    private static let longest = 200

    static func clipped(_ text: String) -> String {
        text.utf8.count <= longest ? text : String(text.unicodeScalars.prefix(longest / 4)) + "…"
    }

    /// JSON text in which the characters that a terminal obeys, and JSON may hold as they are, are written as escapes too:
    /// whoever shows the file with `cat` is safe, and whoever reads it reads the same.
    static func escaped(_ json: some Sequence<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        for scalar in String(decoding: Array(json), as: UTF8.self).unicodeScalars {
            guard SafeText.isUnsafe(scalar) else {
                text.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
                continue
            }
            for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
                let digits = String(unit, radix: 16)
                text.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8)
            }
        }
        return text
    }

    static func clipped(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .integer, .number: value
        default:
            value.description.utf8.count <= longest ? value : .string(clipped(value.description))
        }
    }
}
