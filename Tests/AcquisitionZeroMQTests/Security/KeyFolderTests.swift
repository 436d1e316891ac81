import AcquisitionRPC
import Foundation
import TestSupport
import Testing
import ZeroMQ

@testable import AcquisitionZeroMQ

@Suite(.enabled(if: Library.has("curve")))
struct KeyFolderTests {
    private let temporary: TemporaryFolder
    private let folder: KeyFolder

    init() throws {
        temporary = try TemporaryFolder()
        folder = KeyFolder("\(temporary.path)/new/keys/")
    }

    /// The rule that `body` breaks.
    private func rule(_ body: () throws -> Void) -> CertificateError.Rule? {
        do {
            try body()
            return nil
        } catch {
            return (error as? CertificateError)?.rule
        }
    }

    @Test func newKeysAreForTheirOwnerAlone() throws {
        let made = try folder.generate("service", metadata: ["lab": "Room \"5\""])
        #expect(try temporary.mode(of: folder.path) == 0o700)
        #expect(try temporary.mode(of: folder.publicPath("service")) == 0o644)
        #expect(try temporary.mode(of: folder.secretPath("service")) == 0o600)
        #expect(try folder.secret("service") == made)
        #expect(made.metadata == ["name": "service", "lab": "Room \"5\""])
        let handedOut = try Certificate(publicFile: folder.publicPath("service"))
        #expect(handedOut == made.withoutSecret)
        let text = try String(contentsOfFile: folder.publicPath("service"), encoding: .utf8)
        #expect(!text.contains(try #require(made.secretKey).z85) && !text.contains("secret-key"))
    }

    @Test func nothingIsWrittenOver() throws {
        let made = try folder.generate("ann")
        #expect(rule { try folder.generate("ann") } == .new)
        #expect(try folder.secret("ann") == made)
        // Not half a pair either.
        try FileManager.default.removeItem(atPath: folder.secretPath("ann"))
        #expect(rule { try folder.generate("ann") } == .new)
        #expect(!FileManager.default.fileExists(atPath: folder.secretPath("ann")))
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644, 0o622, 0o610])
    func aSecretThatOthersCanReadIsRefused(_ bits: Int) throws {
        try folder.generate("ann")
        try temporary.setMode(bits, of: folder.secretPath("ann"))
        let error = #expect(throws: CertificateError.self) { try folder.secret("ann") }
        #expect(error?.path == folder.secretPath("ann"))
        #expect(error?.rule == (bits & 0o022 == 0 ? .secret : .unchangeable))
        #expect(error?.message.contains("chmod") == true)
    }

    @Test func linksAreRefused() throws {
        try folder.generate("ann")
        for (link, target) in [("bob.key_secret", "ann.key_secret"), ("bob.key", "ann.key")] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/\(link)",
                withDestinationPath: "\(folder.path)/\(target)"
            )
        }
        #expect(rule { _ = try folder.secret("bob") } == .noLink)
        #expect(rule { _ = try Certificate(publicFile: folder.publicPath("bob")) } == .noLink)
        #expect(rule { try folder.generate("bob") } == .new, "a link is not followed when writing either")
        let link = "\(temporary.path)/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path)
        #expect(rule { _ = try KeyFolder(link).secret("ann") } == .noLink)
    }

    @Test func otherThingsInAFilesPlaceAreRefused() throws {
        try folder.generate("ann")
        #expect(mkfifo("\(folder.path)/pipe.key", 0o600) == 0)
        #expect(rule { _ = try Certificate(publicFile: "\(folder.path)/pipe.key") } == .noLink)
        #expect(rule { _ = try Certificate(publicFile: folder.path) } == .noLink)
        #expect(rule { _ = try folder.secret("nobody") } == .found)
        #expect(rule { _ = try Certificate(secretFile: folder.publicPath("ann")) } != nil)
        let large = try temporary.write("large.key", String(repeating: "#", count: 70_000))
        #expect(rule { _ = try Certificate(publicFile: large) } == .size)
    }

    @Test func aFolderThatOthersCanChangeIsRefused() throws {
        try folder.generate("ann")
        try temporary.setMode(0o777, of: folder.path)
        #expect(rule { _ = try folder.secret("ann") } == .unchangeable)
        #expect(rule { try folder.generate("bob") } == .unchangeable)
    }

    @Test(arguments: ["", ".hidden", "-x", "a/b", "..", "a b", "é", "a\0", String(repeating: "a", count: 65)])
    func namesThatHideOrLeaveAreRefused(_ name: String) throws {
        #expect(rule { try folder.generate(name) } == .name)
        #expect(rule { try folder.authorize(.generate(), user: name, role: .observer) } == .name)
        #expect(rule { try folder.revoke(name) } == .name)
    }

    @Test func keysOfTwoPairsAreNoPair() throws {
        var mixed = try Certificate.generate()
        mixed.publicKey = try Certificate.generate().publicKey
        #expect(rule { _ = try mixed.zpl } == .keys)
    }

    @Test func metadataThatCannotBeWrittenIsRefused() throws {
        for metadata in [["a": "\"'"], ["a": "x\ny"], ["a b": "c"], ["": "c"], ["a": "\u{0}"]] {
            #expect(rule { _ = try Certificate.generate(metadata: metadata).zpl } == .form)
        }
    }

    // MARK: - Who may come in

    @Test func usersComeChangeAndGo() throws {
        let ann = try Certificate.generate(metadata: ["role": "operator"])
        try folder.authorize(ann, user: "ann", role: .observer)
        #expect(try temporary.mode(of: folder.clientsPath) == 0o700)
        #expect(try folder.clients().clients == [.init(user: "ann", role: .observer, key: ann.publicKey.z85)])
        try folder.authorize(ann, user: "ann", role: .operator)
        #expect(try folder.clients().clients.map(\.role) == [.operator])
        let text = try String(contentsOfFile: "\(folder.clientsPath)/ann.key", encoding: .utf8)
        #expect(!text.contains("secret-key"))
        try folder.revoke("ann")
        #expect(try folder.clients().clients.isEmpty)
        #expect(rule { try folder.revoke("ann") } == .found)
    }

    @Test func filesThatAreOfNoUseLetNobodyIn() throws {
        let ann = try Certificate.generate()
        try folder.authorize(ann, user: "ann", role: .operator)
        let clients = folder.clientsPath
        func put(_ name: String, _ text: String, mode: Int = 0o644) throws {
            try Data(text.utf8).write(to: URL(filePath: "\(clients)/\(name)"))
            try temporary.setMode(mode, of: "\(clients)/\(name)")
        }
        let other = try Certificate.generate().publicKey.z85
        try put("garbage.key", "nothing of the kind")
        try put("role.key", "metadata\n    role = king\ncurve\n    public-key = \"\(other)\"\n")
        try put("open.key", "curve\n    public-key = \"\(other)\"\n", mode: 0o666)
        try put("user.key", "metadata\n    user = \"../x\"\ncurve\n    public-key = \"\(other)\"\n")
        try put("twin.key", "curve\n    public-key = \"\(ann.publicKey.z85)\"\n")
        try put("ignored.txt", "nothing of the kind")
        let found = try folder.clients()
        #expect(found.clients == [.init(user: "twin", role: .observer, key: ann.publicKey.z85)], "the lesser role")
        #expect(found.problems.count == 5)
        #expect(found.problems.allSatisfy { $0.path?.hasPrefix(clients) == true })
    }
}
