import AcquisitionModel
import Foundation
import Logging
import TestSupport
import Testing
import ZeroMQ

@testable import AcquisitionRPC
@testable import AcquisitionZeroMQ

/// What a service finds in its folder of Unix sockets, and what its peers may do there.
@Suite(.timeLimit(.minutes(1)))
struct SocketFolderHoldTests {
    private let bench = SocketFolderBench()

    // MARK: - What is there already

    @Test func aRunningServiceIsNotRobbed() async throws {
        let path = try bench.folder()
        let first = try bench.service(path)
        try first.start()
        let error = try bench.failure(path)
        #expect(error?.code == .cannotBind && error?.message.contains("Another service has \(path)") == true)
        #expect(try bench.names(in: path) == ["commands", "events"])
        let client = try createApiClient(host: "ipc://\(path)")
        #expect(try await client.request(.getStatus).result == .success)
        client.close()
        await first.stop()
    }

    /// A program that knows nothing of the lock: any socket of ZeroMQ.
    @Test func aStrangersLiveSocketIsNotRobbed() async throws {
        let path = try bench.folder()
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        let context = try Context()
        let stranger = try context.socket(.rep)
        try stranger.bind("ipc://\(path)/commands")
        let error = try bench.failure(path)
        #expect(error?.code == .cannotBind && error?.message.contains("listens on \(path)/commands") == true)
        #expect(try bench.names(in: path) == ["commands"])
        stranger.close()
        await onAThread { context.terminate() }
        #expect(try bench.failure(path) == nil)
    }

    @Test func whatIsNoSocketIsLeftAlone() throws {
        let path = try bench.folder()
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        try Data("results".utf8).write(to: URL(filePath: "\(path)/events"))
        #expect(try bench.failure(path)?.message.contains("is no socket") == true)
        #expect(try String(contentsOfFile: "\(path)/events", encoding: .utf8) == "results")
    }

    @Test func aSocketThatWasLeftIsReplaced() async throws {
        let path = try bench.folder()
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
        let service = try bench.service(path)
        try service.start()
        let client = try createApiClient(host: "ipc://\(path)")
        #expect(try await client.request(.getStatus).result == .success)
        client.close()
        await service.stop()
    }

    @Test func ofManyThatStartAtOnceOneHasIt() async throws {
        let path = try bench.folder()
        for _ in 0..<5 {
            let services = try (0..<8).map { _ in try bench.service(path) }
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
            #expect(try bench.names(in: path).isEmpty)
        }
    }

    // MARK: - Limits

    @Test func manyLargeMessagesOfHonestPeersAreNoReasonToCut() async throws {
        let path = try bench.folder()
        let service = try bench.service(path) { options in
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
        let path = try bench.folder()
        let service = try bench.service(path) { $0.highWaterMarks.subscriptionBytes = 256 << 10 }
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
