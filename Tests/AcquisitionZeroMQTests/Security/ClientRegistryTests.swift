import AcquisitionRPC
import Foundation
import Logging
import TestSupport
import Testing
import ZeroMQ

@testable import AcquisitionZeroMQ

@Suite(.enabled(if: Library.has("curve")))
struct ClientRegistryTests {
    private let temporary: TemporaryFolder
    private let folder: KeyFolder
    private let registry: ClientRegistry
    private let ann: Certificate

    init() throws {
        temporary = try TemporaryFolder()
        folder = KeyFolder(temporary.path)
        registry = ClientRegistry(folder, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        ann = try Certificate.generate()
    }

    @Test func everyChangeCountsAtOnce() throws {
        #expect(registry.client(ann.publicKey) == nil, "without a folder, nobody")
        for _ in 0..<20 {
            try folder.authorize(ann, user: "ann", role: .observer)
            #expect(registry.client(ann.publicKey)?.role == .observer)
            try folder.authorize(ann, user: "ann", role: .operator)
            #expect(registry.client(ann.publicKey)?.role == .operator)
            try folder.revoke("ann")
            #expect(registry.client(ann.publicKey) == nil)
        }
    }

    @Test func whatHasNotChangedIsNotReadAgain() throws {
        // To a clock that is a minute ahead, every change seems to be long ago.
        let registry = ClientRegistry(folder, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
            var now = FileStamp.Time.now
            now.seconds += 60
            return now
        }
        try folder.authorize(ann, user: "ann", role: .operator)
        for _ in 0..<5 { #expect(registry.client(ann.publicKey)?.role == .operator) }
        #expect(registry.reads == 1)
        // In its place, so that the folder does not change.
        let path = "\(folder.clientsPath)/ann.key"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.write(contentsOf: Data((text.replacing("\"operator\"", with: "\"observer\"") + "\n").utf8))
        #expect(registry.client(ann.publicKey)?.role == .observer)
        try file.truncate(atOffset: 10)
        #expect(registry.client(ann.publicKey) == nil)
        try file.close()
    }

    @Test func aFolderThatOthersCanChangeLetsNobodyIn() throws {
        try folder.authorize(ann, user: "ann", role: .operator)
        #expect(registry.client(ann.publicKey) != nil)
        try temporary.setMode(0o770, of: folder.clientsPath)
        #expect(registry.client(ann.publicKey) == nil)
        try temporary.setMode(0o700, of: folder.clientsPath)
        #expect(registry.client(ann.publicKey) != nil)
        try FileManager.default.removeItem(atPath: folder.clientsPath)
        #expect(registry.client(ann.publicKey) == nil)
    }
}
