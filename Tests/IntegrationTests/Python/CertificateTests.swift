import AcquisitionModel
import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing
import ZeroMQ

/// Certificates of this package in pyzmq's hands, and pyzmq's in this package's.
@Suite(.timeLimit(.minutes(1)), .enabled(if: Library.has("curve")))
struct CertificateTests {
    private let temporary: TemporaryFolder
    private let keys: KeyFolder

    init() throws {
        temporary = try TemporaryFolder()
        keys = KeyFolder(temporary.path)
    }

    private func python(_ arguments: String...) async throws -> JSONValue {
        let process = try ToolProcess(".venvs/tools/bin/python", ["Tests/Peers/curve.py"] + arguments)
        let line = try await process.line()
        #expect(await process.status() == 0, "\(process.errorsSoFar)")
        return try JSONReader.read(line)
    }

    @Test func pyzmqReadsOurs() async throws {
        let made = try keys.generate("rig-1", metadata: ["lab": "Room 5", "role": "operator"])
        let secret = try await python("load", keys.secretPath("rig-1"))
        #expect(try secret.text("public") == made.publicKey.z85)
        #expect(try secret.text("secret") == made.secretKey?.z85)
        let handedOut = try await python("load", keys.publicPath("rig-1"))
        #expect(try handedOut.text("public") == made.publicKey.z85)
        #expect(handedOut["secret"] == .null)
        try keys.authorize(made, user: "ann", role: .observer)
        let folder = try await python("folder", keys.clientsPath)
        #expect(folder == [.string(made.publicKey.z85)])
    }

    @Test func weReadPyzmqs() async throws {
        _ = try await python("create", keys.path, "peer", "name=Ann Other", "role=operator")
        let loaded = try await python("load", keys.secretPath("peer"))
        // pyzmq leaves the permissions to the process's mask, which lets others read by default.
        #expect(chmod(keys.secretPath("peer"), 0o644) == 0)
        let error = #expect(throws: CertificateError.self) { try keys.secret("peer") }
        #expect(error?.rule == .secret && error?.message.contains("chmod 600") == true)
        #expect(chmod(keys.secretPath("peer"), 0o600) == 0)
        let secret = try keys.secret("peer")
        #expect(secret.publicKey.z85 == (try loaded.text("public")))
        #expect(secret.secretKey?.z85 == (try loaded.text("secret")))
        #expect(secret.metadata == ["name": "Ann Other", "role": "operator"])
        let handedOut = try Certificate(publicFile: keys.publicPath("peer"))
        #expect(handedOut.publicKey == secret.publicKey && handedOut.metadata.isEmpty)
    }
}
