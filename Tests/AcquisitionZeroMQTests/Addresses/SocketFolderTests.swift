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
    private let temporary = try? TemporaryFolder()

    private func folder(_ name: String = "rig") throws -> String { "\(try #require(temporary).path)/\(name)" }

    private func service(_ path: String, _ change: (inout RpcOptions) -> Void = { _ in }) throws -> any RpcService {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = try #require(
            createApiService(
                .onFreePorts { options in
                    options.bind = .addresses(["ipc://\(path)"])
                    change(&options)
                },
                logger: quiet
            )
        )
        service.setDelegate { request in
            .success(["from": .string(CommandSender.current?.address ?? "-"), "data": request.data])
        }
        return service
    }

    private func failure(_ path: String, _ change: (inout RpcOptions) -> Void = { _ in }) throws -> RpcServiceError? {
        let service = try service(path, change)
        do throws(RpcServiceError) {
            try service.start()
            service.stop()
            return nil
        } catch {
            return error
        }
    }

    private func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    @Test func commandsAreAnsweredAndEventsHeard() async throws {
        let path = try folder("a/b")
        let service = try service(path)
        try service.start()
        #expect(service.endpoints?.command == ["ipc://\(path)/commands"])
        #expect(service.endpoints?.subscriber == ["ipc://\(path)/events"])
        #expect(try names(in: path) == ["commands", "events"])
        #expect(try #require(temporary).mode(of: path) == 0o700)
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
        #expect(try names(in: path).isEmpty)
        let second = try self.service(path)
        try second.start()
        #expect(await becomes { client.isConnected })
        #expect(try await client.request(.getStatus, data: 2).data["data"] == 2)
        client.close()
        await second.stop()
    }

    @Test func besideTheNetwork() async throws {
        let path = try folder()
        let service = try service(path) { $0.bind = .addresses(["127.0.0.1", "ipc://\(path)"]) }
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

    // MARK: - Whose folder it is

    @Test(arguments: [0o755, 0o750, 0o770, 0o777, 0o1777, 0o701, 0o740])
    func aFolderThatOthersCanEnterIsRefused(_ mode: Int) throws {
        let path = try folder()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try #require(temporary).setMode(mode, of: path)
        let error = try failure(path)
        #expect(error?.code == .cannotBind)
        #expect(error?.message.contains("chmod 700") == true && error?.message.contains(path) == true)
        #expect(try names(in: path).isEmpty)
        let refused = #expect(throws: RpcClientError.self) { try createApiClient(host: "ipc://\(path)") }
        #expect(refused?.message.contains("chmod 700") == true)
        try #require(temporary).setMode(0o700, of: path)
        #expect(try failure(path) == nil)
    }

    @Test func aLinkOrAFileIsNoFolder() throws {
        let path = try folder()
        let other = try folder("other")
        try FileManager.default.createDirectory(
            atPath: other,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: other)
        #expect(try failure(path)?.message.contains("no folder") == true)
        try FileManager.default.removeItem(atPath: path)
        try Data().write(to: URL(filePath: path))
        #expect(try failure(path)?.message.contains("no folder") == true)
    }

    @Test(.enabled(if: getuid() == 0, "only root may give a folder away"))
    func anotherUsersFolderIsRefused() throws {
        let path = try folder()
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700, .ownerAccountID: 65_534]
        )
        #expect(try failure(path)?.message.contains("belongs to another user") == true)
        // Root connects wherever it likes; there is no service yet.
        let client = try createApiClient(host: "ipc://\(path)")
        client.close()
    }

    @Test(arguments: ["ipc://", "ipc:///", "ipc://*", "ipc://@name", "ipc://folder", "ipc://./folder"])
    func whatIsNoFolder(_ text: String) throws {
        let error = try failure("") { $0.bind = .addresses([text]) }
        #expect(error?.code == .cannotBind && error?.message.contains("whole path") == true)
    }

    @Test func aPathHasItsLimit() throws {
        let base = try folder("")
        let room = SocketFolder.longestPath - "/commands".utf8.count - base.utf8.count
        #expect(SocketFolder.longestPath == 107 || SocketFolder.longestPath == 103)
        let longest = base + String(repeating: "x", count: room)
        #expect(try failure(longest) == nil)
        let error = try failure(longest + "x")
        #expect(error?.code == .cannotBind && error?.message.contains("\(SocketFolder.longestPath) bytes") == true)
        #expect(!FileManager.default.fileExists(atPath: longest + "x"))
        let refused = #expect(throws: RpcClientError.self) { try createApiClient(host: "ipc://\(longest)x") }
        #expect(refused?.message.contains("\(SocketFolder.longestPath) bytes") == true)
    }

    // MARK: - What is there already

    @Test func aRunningServiceIsNotRobbed() async throws {
        let path = try folder()
        let first = try service(path)
        try first.start()
        let error = try failure(path)
        #expect(error?.code == .cannotBind && error?.message.contains("Another service has \(path)") == true)
        #expect(try names(in: path) == ["commands", "events"])
        let client = try createApiClient(host: "ipc://\(path)")
        #expect(try await client.request(.getStatus).result == .success)
        client.close()
        await first.stop()
    }

    /// A program that knows nothing of the lock: any socket of ZeroMQ.
    @Test func aStrangersLiveSocketIsNotRobbed() async throws {
        let path = try folder()
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        let context = try Context()
        let stranger = try context.socket(.rep)
        try stranger.bind("ipc://\(path)/commands")
        let error = try failure(path)
        #expect(error?.code == .cannotBind && error?.message.contains("listens on \(path)/commands") == true)
        #expect(try names(in: path) == ["commands"])
        stranger.close()
        await onAThread { context.terminate() }
        #expect(try failure(path) == nil)
    }

    @Test func whatIsNoSocketIsLeftAlone() throws {
        let path = try folder()
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        try Data("results".utf8).write(to: URL(filePath: "\(path)/events"))
        #expect(try failure(path)?.message.contains("is no socket") == true)
        #expect(try String(contentsOfFile: "\(path)/events", encoding: .utf8) == "results")
    }

    @Test func aSocketThatWasLeftIsReplaced() async throws {
        let path = try folder()
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        for name in ["events", "commands"] {
            let descriptor = socket(AF_UNIX, SocketType.stream, 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array("\(path)/\(name)".utf8)) }
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            #expect(status == 0)
            // As a process that is killed does: the socket is gone, its file is not.
            close(descriptor)
            #expect(SocketFile(at: "\(path)/\(name)") == .stale)
        }
        let service = try service(path)
        try service.start()
        let client = try createApiClient(host: "ipc://\(path)")
        #expect(try await client.request(.getStatus).result == .success)
        client.close()
        await service.stop()
    }

    @Test func ofManyThatStartAtOnceOneHasIt() async throws {
        let path = try folder()
        for _ in 0..<5 {
            let services = try (0..<8).map { _ in try service(path) }
            let started = await withTaskGroup(of: Int?.self) { group in
                for (index, service) in services.enumerated() {
                    group.addTask { await onAThread { (try? service.start()) == nil ? nil : index } }
                }
                return await group.reduce(into: [Int]()) { if let index = $1 { $0.append(index) } }
            }
            #expect(started.count == 1)
            let client = try createApiClient(host: "ipc://\(path)")
            #expect(try await client.request(.getStatus).result == .success)
            client.close()
            for index in started { await services[index].stop() }
            #expect(try names(in: path).isEmpty)
        }
    }

    // MARK: - Limits

    @Test func manyLargeMessagesOfHonestPeersAreNoReasonToCut() async throws {
        let path = try folder()
        let service = try service(path) { options in
            options.highWaterMarks.replyBytes = 1 << 20
            options.highWaterMarks.eventBytes = 1 << 20
        }
        try service.start()
        let client = try createApiClient(host: "ipc://\(path)", options: ClientOptions(timeout: .seconds(20)))
        let text = JSONValue.string(String(repeating: "x", count: 100_000))
        for _ in 0..<100 { #expect(try await client.request(.getStatus, data: text).data["data"] == text) }
        #expect(service.counters[.cutConnections, default: 0] == 0)
        client.close()
        await service.stop()
    }

    @Test func subscriptionsWithoutEndAreCut() async throws {
        let path = try folder()
        let service = try service(path) { $0.highWaterMarks.subscriptionBytes = 256 << 10 }
        try service.start()
        let context = try Context()
        let hoarder = try context.socket(.sub)
        try hoarder.set(.linger, to: .zero)
        try hoarder.connect("ipc://\(path)/events")
        for number in 0..<2_000 { try hoarder.subscribe(Array("topic-\(number)".utf8)) }
        #expect(
            await becomes {
                try? service.sendEvent(.protocolEvent, ["number": 1])
                return service.counters[.cutConnections, default: 0] > 0
            }
        )
        hoarder.close()
        await onAThread { context.terminate() }
        await service.stop()
    }
}
