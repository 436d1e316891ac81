import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing
import ZeroMQ

@testable import ConsoleCommands

/// The keys of both tools, as processes: from making them to being refused.
@Suite(.timeLimit(.minutes(2)), .enabled(if: Library.has("curve")))
struct KeysTests {
    private let temporary: TemporaryFolder
    private let rig: String
    private let own: String

    init() throws {
        temporary = try TemporaryFolder()
        rig = "\(temporary.path)/rig"
        own = "\(temporary.path)/own"
    }

    private func keys(_ arguments: String..., keys: String? = nil) async throws -> Tool {
        try await Tool.console(["keys"] + arguments + ["--keys", keys ?? rig])
    }

    private var credentials: [String] {
        ["--curve-key", "\(own)/ann.key_secret", "--curve-server-key", "\(rig)/service.key"]
    }

    @Test func noOutputShowsASecret() async throws {
        var printed = ""
        for arguments in [["generate", "service"], ["generate", "--json", "ann"], ["show"], ["show", "--json"]] {
            let run = try await Tool.console(["keys"] + arguments + ["--keys", rig])
            #expect(run.status == 0, "\(run.err)")
            printed += run.out + run.err
        }
        printed += try await keys("authorize", "\(rig)/ann.key", "--role", "operator").out
        printed += try await keys("show", "\(rig)/ann.key_secret").out
        for name in ["service", "ann"] {
            let certificate = try KeyFolder(rig).secret(name)
            #expect(printed.contains(certificate.publicKey.z85))
            #expect(!printed.contains(try #require(certificate.secretKey).z85))
        }
    }

    @Test func usersAreAuthorisedShownAndRevoked() async throws {
        _ = try await keys("generate", "ann", keys: own)
        let made = try await keys("authorize", "\(own)/ann.key")
        #expect(made.status == 0 && made.out.contains("ann is observer"))
        _ = try await keys("authorize", "\(own)/ann.key", "--role", "operator", "--user", "boss")
        let shown = try await Tool.console(["--json", "keys", "show", "--keys", rig])
        let clients = try shown.json().first?["clients"]?.array ?? []
        #expect(clients.count == 1 && clients[0]["user"] == "ann" && clients[0]["role"] == "observer")
        #expect(try shown.json().first?["notUsed"]?.array?.count == 1, "one key twice")
        #expect(try await keys("revoke", "boss").status == 0)
        #expect(try await keys("revoke", "ann").status == 0)
        let gone = try await keys("revoke", "ann")
        #expect(gone.status == 1 && gone.err.contains("no user 'ann'"))
    }

    @Test func whatIsWrongIsSaid() async throws {
        _ = try await keys("generate", "ann")
        for (arguments, status, text) in [
            (["generate", "ann"], 1, "not written over"), (["generate", "a/b"], 64, "no acceptable name"),
            (["authorize", "/nonexistent.key"], 1, "is not there"),
            (["authorize", "\(rig)/ann.key_secret"], 64, "secret key"),
            (["authorize", "x", "--role", "king"], 64, "king"),
            (["bogus"], 64, "bogus"),
        ] as [([String], Int32, String)] {
            let run = try await Tool.console(["keys"] + arguments + (arguments[0] == "bogus" ? [] : ["--keys", rig]))
            #expect(run.status == status && run.err.contains(text) && run.out.isEmpty, "\(arguments): \(run.err)")
        }
    }

    @Test func theToolsMeetUnderKeys() async throws {
        _ = try await keys("generate", "service")
        _ = try await keys("generate", "ann", keys: own)
        _ = try await keys("authorize", "\(own)/ann.key")
        let app = try Program("client-app", ["--keys", rig, "--subscriber-port", "0", "--command-port", "0", "--json"])
        let ready = try JSONReader.read(await app.output.next(with: "ready"))
        let port = { (key: String) in
            ready["endpoints"]?[key]?[0]?.string ?? ready[key]?[0]?.string ?? ready[key]?.string ?? ""
        }
        let connection = try [("--command-port", "command"), ("--subscriber-port", "subscriber")].flatMap {
            option,
            key in
            [option, try #require(port(key).split(separator: ":").last.map(String.init), "\(ready)")]
        }
        let status = try await Tool.console(connection + credentials + ["status"])
        #expect(status.status == 0, "\(status.err)")
        let refused = try await Tool.console(connection + credentials + ["mode", "running"])
        #expect(refused.status == 4 && refused.err.contains("observer"), "\(refused.err)")
        #expect(try await Tool.console(connection + credentials + ["emergency", "stop"]).status == 0)
        #expect(try await Tool.console(connection + credentials + ["emergency", "resume"]).status == 4)
        let keyless = try await Tool.console(connection + ["status"])
        #expect(keyless.status == 4 && keyless.err.contains("--curve-key"), "\(keyless.err)")
        let alien = ["--curve-key", "\(rig)/service.key_secret", "--curve-server-key", "\(rig)/service.key"]
        let unknown = try await Tool.console(connection + alien + ["status"])
        #expect(unknown.status == 4 && unknown.err.contains("authorize"), "\(unknown.err)")
        _ = try await keys("authorize", "\(own)/ann.key", "--role", "operator")
        #expect(try await Tool.console(connection + credentials + ["emergency", "resume"]).status == 0)
        _ = try await keys("revoke", "ann")
        let revoked = try await Tool.console(connection + credentials + ["events", "--count", "1"])
        #expect(revoked.status == 4, "\(revoked.err)")
        app.terminate()
        #expect(await app.status() == 143)
    }

    @Test func halfTheKeysAreWrongUsage() async throws {
        for half in [
            ["--curve-key", "x"], ["--curve-server-key", "x"], ["--curve-key", "x", "--curve-server-key", "y"],
        ] {
            let run = try await Tool.console(half + ["status"])
            #expect(run.status == 64 && run.err.contains("key"), "\(run.err)")
        }
    }

    @Test func theAppDoesNotOpenToTheNetworkByAccident() async throws {
        let ports = ["--subscriber-port", "0", "--command-port", "0"]
        for arguments in [["--bind", "0.0.0.0"], ["--bind", "*", "--security", "auto", "--keys", rig]] {
            let app = try Program("client-app", arguments + ports)
            #expect(try await app.errors.next(with: "cannot start").contains("--allow-insecure-remote"))
            #expect(await app.status() == 1)
        }
        let app = try Program("client-app", ["--bind", "0.0.0.0", "--allow-insecure-remote"] + ports)
        _ = try await app.errors.next(with: "Anybody on the network")
        app.terminate()
        #expect(await app.status() == 143)
        let missing = try Program("client-app", ["--security", "required", "--keys", rig] + ports)
        #expect(try await missing.errors.next(with: "cannot start").contains("keys generate service"))
        #expect(await missing.status() == 1)
        let wrong = try Program("client-app", ["--security", "perhaps"] + ports)
        #expect(await wrong.status() == 64)
    }
}
