import AcquisitionModel
import Foundation
import Logging
import TestSupport
import Testing

@testable import AcquisitionRPC

/// Where a service goes on, and where it refuses to.
struct AuditEndTests {
    private let sample = AuditSample.file(5)

    /// Opens the file as a service does, adds an entry, and closes it.
    private func goOn(_ file: TemporaryFile) throws {
        var writer = try AuditWriter(file.path)
        writer.append(AuditEntry(.stop))
        #expect(writer.flush() == nil)
    }

    @Test func aNewFileIsItsOwnersOnly() throws {
        let file = try TemporaryFile()
        try goOn(file)
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try file.verify().entries == 1)
    }

    @Test func theChainGoesOn() throws {
        let file = try TemporaryFile(sample)
        for count in 6...8 {
            try goOn(file)
            let report = try file.verify()
            #expect(report.problem == nil && report.entries == count && report.torn == 0 && report.isStopped)
        }
    }

    /// A program can be killed after any byte, and the next one too.
    @Test func whereverTheFileEndsItGoesOnWhole() throws {
        let lines = AuditSample.lines(sample)
        let whole = AuditSample.text(Array(lines[..<4]))
        for count in 0...lines[4].count {
            let file = try TemporaryFile(whole + lines[4].prefix(count))
            try goOn(file)
            let report = try file.verify()
            #expect(report.problem == nil, "cut after \(count) bytes: \(report)")
            #expect(report.torn == (count == 0 || count == lines[4].count ? 0 : 1))
            #expect(report.tornLines == (report.torn == 0 ? [] : [5]))
        }
        // The second one is killed while it accounts for what the first one left.
        let file = try TemporaryFile(whole + lines[4].prefix(100))
        try goOn(file)
        let accounted = try file.bytes()
        for count in (whole.count + 100)..<(whole.count + 400) {
            let file = try TemporaryFile(Array(accounted.prefix(count)))
            try goOn(file)
            let report = try file.verify()
            #expect(report.problem == nil && report.torn == 1, "cut after \(count) bytes: \(report)")
        }
    }

    @Test func whatTheFailureOfAMachineLeavesIsAccountedFor() throws {
        for torn in [[UInt8](repeating: 0, count: 700), Array(#"{"seq":6,"ent"#.utf8) + [0, 0, 0]] {
            let file = try TemporaryFile(sample + torn)
            try goOn(file)
            let report = try file.verify()
            #expect(report.problem == nil && report.torn == 1)
            // What it accounts for cannot be changed any more, nor taken out.
            var changed = try file.bytes()
            changed[sample.count + 2] ^= 1
            #expect(AuditSample.verify(changed).problem?.line == 6)
            var without = AuditSample.lines(try file.bytes())
            without.remove(at: 5)
            let problem = AuditSample.verify(AuditSample.text(without)).problem
            #expect(problem == AuditVerifier.Problem(line: 6, flaw: .nothingTorn))
        }
    }

    private func refusal(_ path: String) -> RpcServiceError? {
        do {
            _ = try AuditWriter(path)
            return nil
        } catch {
            return error
        }
    }

    @Test func whatIsNoAuditFileIsNotTouched() throws {
        var damaged = sample
        damaged[sample.count - 200] ^= 1
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        for bytes in [Array("root:x:0:0\n".utf8), Array("no line".utf8), [10], long, damaged] {
            let file = try TemporaryFile(bytes)
            let error = try #require(refusal(file.path))
            #expect(error.code == .cannotAudit && error.message.contains(file.path))
            #expect(error.message.contains("cannot be continued"))
            #expect(try file.bytes() == bytes)
        }
    }

    @Test func linksFoldersAndDevicesAreRefused() throws {
        let (file, link) = (try TemporaryFile(sample), try TemporaryFile())
        try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: file.path)
        #expect(refusal(link.path)?.message.contains("it is a symbolic link") == true)
        #expect(refusal("/dev/full")?.message.contains("is no regular file") == true)
        #expect(refusal("/")?.code == .cannotAudit)
        let missing = try #require(refusal("/nowhere/audit.jsonl"))
        #expect(missing.message.contains("No such file") && missing.errno == ENOENT)
    }

    @Test func twoServicesDoNotWriteOneFile() async throws {
        let file = try TemporaryFile()
        var options = RpcOptions()
        options.audit = AuditOptions(path: file.path)
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = { [options] in
            TransportRpcService(options: options, transport: InProcessTransport(), logger: silent)
        }
        let (first, second) = (service(), service())
        try first.start()
        let before = descriptors()
        for _ in 0..<20 {
            let error = #expect(throws: RpcServiceError.self) { try second.start() }
            #expect(error?.code == .cannotAudit && error?.message.contains("another service") == true)
            #expect(second.endpoints == nil)
        }
        #expect(descriptors() <= before + 2, "whatever was opened is closed again")
        await first.stop()
        // A start that failed may be tried again.
        try second.start()
        await second.stop()
        let report = try file.verify()
        #expect(report.problem == nil && report.starts == 2 && report.entries == 4 && report.isStopped)
    }

    private func descriptors() -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }
}
