import AcquisitionModel

/// Follows an audit file line by line, in constant memory, and finds the first line that does not belong there.
package struct AuditVerifier: Sendable {
    /// What was found.
    package struct Report: Sendable, Hashable {
        /// So many entries are whole and in their place, from the beginning on.
        package var entries = 0
        /// The hash of the last of these.
        package var head = ""
        /// How often a service started.
        package var starts = 0
        /// Whether the last entry is the end of a service, which runs no more.
        package var isStopped = false
        /// So many entries were never written, as the file itself says.
        package var lost = 0
        /// So many entries were torn when a program was killed, as the file itself says; and where the first ones stood.
        package var torn = 0
        package var tornLines: [Int] = []
        /// So many entries about requests that were not carried out are only counted, as the file itself says.
        package var summedUp = 0
        /// Whether the last entry says that the service goes on in another file.
        package var isMoved = false
        /// What the file goes on from: the last entry that says so of a file before it.
        package var continued: Continuation?
        /// In which line the hash stands that was looked for.
        package var wantedLine: Int?
        /// The first line that is wrong, and why.
        package var problem: Problem?
    }

    /// A line, counted from 1, that is not what it has to be.
    package struct Problem: Sendable, Hashable {
        package var line: Int
        package var flaw: AuditFlaw
    }

    /// The end of the file before, which was moved, removed or cut while it was written.
    package struct Continuation: Sendable, Hashable {
        /// The line that says so.
        package var line: Int
        /// What became of the file before.
        package var reason: String
        /// How many entries it had.
        package var entries: Int
        /// The hash of its last one.
        package var hash: String
    }

    private var report = Report()
    private var chain = AuditChain()
    private var line = 0
    private let wanted: [UInt8]?
    /// Lines that have no end, which the next whole one may account for.
    private var torn: [UInt8] = []
    private var tornSince: Int?
    private static let mostTornLines = 20

    /// Nothing followed yet.
    ///
    /// - Parameter hash: a hash that is known from elsewhere, to be found in the file.
    package init(wanted hash: String? = nil) { wanted = hash.map { Array($0.lowercased().utf8) } }

    /// Takes the next line, without its line feed; false where it need not go on.
    package mutating func take(_ bytes: UnsafeRawBufferPointer, isFinished: Bool) -> Bool {
        line += 1
        guard bytes.count <= AuditLine.longest else { return stop(.noEntry) }
        do throws(AuditFlaw) {
            let next = try AuditLine(bytes)
            if !isFinished { throw .unfinished }
            guard accountsForTorn(next, bytes) else {
                return stop(tornSince == nil ? .nothingTorn : .cutOff, at: tornSince)
            }
            if let flaw = chain.follow(next) { throw flaw }
            note(next, bytes)
            return true
        } catch {
            switch error {
            case .cutOff where isFinished && torn.count + bytes.count < AuditLine.longest:
                if tornSince != nil { torn.append(UInt8(ascii: "\n")) }
                tornSince = tornSince ?? line
                torn.append(contentsOf: bytes)
                return true
            case .cutOff where !isFinished: return stop(.unfinished)
            default: return stop(tornSince == nil ? error : .cutOff, at: tornSince)
            }
        }
    }

    /// The whole file has been taken.
    package mutating func finish() -> Report {
        if report.problem == nil, let tornSince { _ = stop(.cutOff, at: tornSince) }
        report.entries = chain.sequence
        report.head = String(decoding: chain.head, as: UTF8.self)
        return report
    }

    /// Whether nothing was torn, or `next` is the entry that says so of exactly these bytes.
    private mutating func accountsForTorn(_ next: AuditLine, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let since = tornSince else { return next.kind != "torn" }
        guard next.kind == "torn", let entry = try? JSONReader.read(Array(bytes)),
            entry["bytes"]?.int == torn.count,
            entry["digest"]?.string == String(decoding: SHA256.hexDigest(of: torn), as: UTF8.self)
        else { return false }
        report.torn += 1
        if report.tornLines.count < Self.mostTornLines { report.tornLines.append(since) }
        torn = []
        tornSince = nil
        return true
    }

    private mutating func note(_ next: AuditLine, _ bytes: UnsafeRawBufferPointer) {
        report.isStopped = next.kind == "stop"
        report.isMoved = next.kind == "moved"
        switch next.kind {
        case "start": report.starts += 1
        case "gap", "resumed": report.lost = Self.sum(report.lost, of: "lost", in: bytes)
        case "summary": report.summedUp = Self.sum(report.summedUp, of: "count", in: bytes)
        case "reopened": report.continued = Continuation(bytes, line: line)
        default: break
        }
        if next.hash == wanted { report.wantedLine = line }
    }

    private static func sum(_ count: Int, of key: String, in bytes: UnsafeRawBufferPointer) -> Int {
        let more = (try? JSONReader.read(Array(bytes)))?[key]?.int ?? 0
        let (sum, isTooMuch) = count.addingReportingOverflow(more)
        return isTooMuch ? .max : sum
    }

    private mutating func stop(_ flaw: AuditFlaw, at place: Int? = nil) -> Bool {
        report.problem = Problem(line: place ?? line, flaw: flaw)
        return false
    }
}

extension AuditVerifier.Continuation {
    fileprivate init?(_ bytes: UnsafeRawBufferPointer, line: Int) {
        guard let entry = try? JSONReader.read(Array(bytes)) else { return nil }
        self.line = line
        reason = entry["reason"]?.string ?? ""
        entries = entry["previousEntries"]?.int ?? 0
        hash = entry["previousHash"]?.string ?? ""
    }
}
