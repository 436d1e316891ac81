import AcquisitionModel
import AcquisitionRPC
import ArgumentParser

struct AuditCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Verify or show a service's audit file.",
        usage: """
            remote-console audit verify FILE [--contains HASH]
            remote-console audit show FILE
            """,
        discussion: """
            An audit file tells who gave which command, and what came of it, one JSON object a line. Each line carries \
            the hash of the line before. 'verify' names the first line that was changed, taken out, put in or moved, \
            and ends with status 1 then; with status 0 the file is whole.

            An entry that was torn when the program was killed is no fault once the next start has accounted for it; \
            'verify' tells where it stands. A file that ends within an entry is.

            A file that was moved, removed or cut while it was written is gone on with in a new one at its path. 'verify' \
            shows the last hash of the one before, to be looked for there with --contains.

            Whoever can write the file can also make it anew from any line on, and lines that are missing at its end \
            leave no trace. So keep the last hash, which 'verify' shows, in another place from time to time: \
            --contains finds it again, or ends with status 1.

              remote-console audit verify audit.jsonl
              remote-console audit show audit.jsonl | less
            """
    )

    enum Action: String, Sendable, CaseIterable, ExpressibleByArgument { case verify, show }

    @Argument(help: "verify or show.")
    var action: Action
    @Argument(help: "The audit file.", completion: .file(extensions: ["jsonl"]))
    var file: String
    @Option(help: ArgumentHelp("A hash that must be in the file: 64 digits.", valueName: "hash"))
    var contains: String?
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard let contains else { return }
        if action != .verify { throw ValidationError("--contains belongs to 'audit verify'") }
        if contains.utf8.count != 64 || !contains.allSatisfy(\.isHexDigit) {
            throw ValidationError("--contains takes a hash of 64 hexadecimal digits")
        }
    }

    func run(in session: Session) async throws {
        do {
            switch action {
            case .verify: try verify(session)
            case .show: try show(session)
            }
        } catch let error as AuditReadError {
            throw CommandFailure(.failed, "'\(file)' cannot be read: \(error)")
        }
    }

    private func verify(_ session: Session) throws {
        var verifier = AuditVerifier(wanted: contains)
        var meter = AuditProgress(session)
        defer { meter.end() }
        try AuditReader.lines(of: file, progress: { try meter.show($0, of: $1) }) { line, isFinished in
            verifier.take(line, isFinished: isFinished)
        }
        let report = verifier.finish()
        meter.end()
        if session.json {
            try session.out.line(AuditView.json(report, file: file, wanted: contains))
        } else {
            try session.out.lines(AuditView.lines(report, file: file, style: session.style))
        }
        if let problem = report.problem {
            throw CommandFailure(.failed, "\(file), line \(problem.line): \(problem.flaw)")
        }
        if contains != nil, report.wantedLine == nil {
            throw CommandFailure(.failed, "\(file) is whole, but the hash is not in it: its end was cut, or made anew")
        }
    }

    private func show(_ session: Session) throws {
        if !session.json { try session.out.line(session.style.dim(AuditView.header)) }
        var number = 0
        try AuditReader.lines(of: file, progress: { _, _ in try Task.checkCancellation() }) { line, _ in
            number += 1
            if session.json {
                // As it stands in the file, for programs; for people, nothing that their terminal obeys.
                let text = String(decoding: line, as: UTF8.self)
                try session.out.line(session.out.isTerminal ? SafeText.of(text) : text)
            } else {
                try session.out.line(AuditView.row(line, number: number, style: session.style))
            }
            return true
        }
    }
}

/// How far the reading of a long file is, on a terminal.
private struct AuditProgress {
    private let session: Session
    private var next = ContinuousClock.now + .seconds(1)
    private var isShown = false

    init(_ session: Session) { self.session = session }

    mutating func show(_ read: Int, of size: Int) throws {
        try Task.checkCancellation()
        guard session.err.isTerminal, !session.settings.talk.isQuiet, size > 0, ContinuousClock.now >= next else {
            return
        }
        next = .now + .milliseconds(200)
        isShown = true
        try? session.err.write("\r\(min(100, read * 100 / size)) % of \(size >> 20) MiB")
    }

    /// Leaves a clean line.
    mutating func end() {
        if isShown { try? session.err.write("\r\u{1B}[K") }
        isShown = false
    }
}
