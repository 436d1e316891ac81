import AcquisitionModel
import Foundation
import Logging
import TestSupport
import Testing
import ZeroMQ

@testable import AcquisitionRPC
@testable import AcquisitionZeroMQ

/// Services on Unix sockets.
@Suite(.timeLimit(.minutes(1)))
struct SocketFolderTests {
    private let bench = SocketFolderBench()

    @Test func commandsAreAnsweredAndEventsHeard() async throws {
        let path = try bench.folder("a/b")
        let service = try bench.service(path)
        try service.start()
        #expect(service.endpoints?.command == ["ipc://\(path)/commands"])
        #expect(service.endpoints?.subscriber == ["ipc://\(path)/events"])
        #expect(try bench.names(in: path) == ["commands", "events"])
        #expect(try #require(bench.temporary).mode(of: path) == 0o700)
        let client = try createApiClient(host: "ipc://\(path)/")
        let reply = try await client.request(.getStatus, data: ["someKey": 1])
        #expect(reply.data["data"] == ["someKey": 1])
        #expect(reply.data["from"]?.string == "unix:uid=\(getuid()),pid=\(getpid())")
        for await case .heartbeat(let heartbeat) in client.messages(topics: [.heartbeat]).map(\.content) {
            // Only its owner reaches it: there is nothing to warn of.
            #expect(heartbeat.security == nil)
            break
        }
        await service.stop()
        // After a clean stop no file is left, and another start finds the way free.
        #expect(try bench.names(in: path).isEmpty)
        let second = try bench.service(path)
        try second.start()
        #expect(await becomes { client.isConnected })
        #expect(try await client.request(.getStatus, data: 2).data["data"] == 2)
        client.close()
        await second.stop()
    }

    @Test func besideTheNetwork() async throws {
        let path = try bench.folder()
        let service = try bench.service(path) { $0.bind = .addresses(["127.0.0.1", "ipc://\(path)"]) }
        try service.start()
        let endpoints = try #require(service.endpoints)
        #expect(endpoints.command.count == 2)
        for (command, subscriber) in zip(endpoints.command, endpoints.subscriber) {
            let client = try createApiClient(command: command, subscriber: subscriber)
            #expect(try await client.request(.getStatus).result == .success)
            client.close()
        }
        await service.stop()
    }

    @Test func withKeys() async throws {
        let keys = KeyFolder(try bench.folder("keys"))
        try keys.generate(KeyFolder.serviceName)
        let own = KeyFolder(try bench.folder("own"))
        try keys.authorize(try own.generate("ann"), user: "ann", role: .operator)
        let path = try bench.folder()
        let service = try bench.service(path) { $0.security = .required(keys: keys.path) }
        try service.start()
        let credentials = try CurveCredentials(
            serverKeyFile: keys.publicPath(KeyFolder.serviceName),
            secretKeyFile: own.secretPath("ann")
        )
        let client = try createApiClient(host: "ipc://\(path)", credentials: credentials)
        #expect(try await client.request(.getStatus).data["from"]?.string == "unix:uid=\(getuid()),pid=\(getpid())")
        client.close()
        await service.stop()
    }

    /// A subscriber and a requester of Python, which know nothing of this package.
    @Test func othersReachItToo() async throws {
        let path = try bench.folder()
        let service = try bench.service(path)
        try service.start()
        let program = """
            import sys, zmq
            context = zmq.Context()
            events, commands = context.socket(zmq.SUB), context.socket(zmq.REQ)
            events.connect(f"ipc://{sys.argv[1]}/events"); events.subscribe(b"")
            commands.connect(f"ipc://{sys.argv[1]}/commands")
            commands.send_json({"command": 300, "customCommand": -1, "nonce": 1, "data": None})
            print(commands.recv_json()["result"], len(events.recv_multipart()))
            """
        let python = try ToolProcess(".venvs/tools/bin/python", ["-c", program, path])
        #expect(await python.status() == 0 && python.outputSoFar.hasSuffix(" 2\n"), "\(python.errorsSoFar)")
        await service.stop()
    }

    // MARK: - Whose folder it is

    @Test(arguments: [0o755, 0o750, 0o770, 0o777, 0o1777, 0o701, 0o740])
    func aFolderThatOthersCanEnterIsRefused(_ mode: Int) throws {
        let path = try bench.folder()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try #require(bench.temporary).setMode(mode, of: path)
        let error = try bench.failure(path)
        #expect(error?.code == .cannotBind)
        #expect(error?.message.contains("chmod 700") == true && error?.message.contains(path) == true)
        #expect(try bench.names(in: path).isEmpty)
        let refused = #expect(throws: RpcClientError.self) { try createApiClient(host: "ipc://\(path)") }
        #expect(refused?.message.contains("chmod 700") == true)
        try #require(bench.temporary).setMode(0o700, of: path)
        #expect(try bench.failure(path) == nil)
    }

    @Test func aLinkOrAFileIsNoFolder() throws {
        let path = try bench.folder()
        let other = try bench.folder("other")
        try FileManager.default.createDirectory(
            atPath: other,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: other)
        #expect(try bench.failure(path)?.message.contains("no folder") == true)
        try FileManager.default.removeItem(atPath: path)
        try Data().write(to: URL(filePath: path))
        #expect(try bench.failure(path)?.message.contains("no folder") == true)
    }

    @Test(.enabled(if: getuid() == 0, "only root may give a folder away"))
    func anotherUsersFolderIsRefused() throws {
        let path = try bench.folder()
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700, .ownerAccountID: 65_534]
        )
        #expect(try bench.failure(path)?.message.contains("belongs to another user") == true)
        // Root connects wherever it likes; there is no service yet.
        let client = try createApiClient(host: "ipc://\(path)")
        client.close()
    }

    @Test(arguments: ["ipc://", "ipc:///", "ipc://*", "ipc://@name", "ipc://folder", "ipc://./folder"])
    func whatIsNoFolder(_ text: String) throws {
        let error = try bench.failure("") { $0.bind = .addresses([text]) }
        #expect(error?.code == .cannotBind && error?.message.contains("whole path") == true)
    }

    @Test func aPathHasItsLimit() throws {
        let base = try bench.folder("")
        let room = SocketFolder.longestPath - "/commands".utf8.count - base.utf8.count
        #expect(SocketFolder.longestPath == 107 || SocketFolder.longestPath == 103)
        let longest = base + String(repeating: "x", count: room)
        #expect(try bench.failure(longest) == nil)
        let error = try bench.failure(longest + "x")
        #expect(error?.code == .cannotBind && error?.message.contains("\(SocketFolder.longestPath) bytes") == true)
        #expect(!FileManager.default.fileExists(atPath: longest + "x"))
        let refused = #expect(throws: RpcClientError.self) { try createApiClient(host: "ipc://\(longest)x") }
        #expect(refused?.message.contains("\(SocketFolder.longestPath) bytes") == true)
    }
}
