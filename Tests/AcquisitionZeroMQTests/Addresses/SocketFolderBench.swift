import AcquisitionModel
import Foundation
import Logging
import TestSupport
import Testing

@testable import AcquisitionRPC
@testable import AcquisitionZeroMQ

/// Folders for Unix sockets, and services in them.
struct SocketFolderBench: Sendable {
    let temporary = try? TemporaryFolder()

    func folder(_ name: String = "rig") throws -> String { "\(try #require(temporary).path)/\(name)" }

    func service(_ path: String, _ change: (inout RpcOptions) -> Void = { _ in }) throws -> any RpcService {
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

    func failure(_ path: String, _ change: (inout RpcOptions) -> Void = { _ in }) throws -> RpcServiceError? {
        let service = try service(path, change)
        do throws(RpcServiceError) {
            try service.start()
            service.stop()
            return nil
        } catch {
            return error
        }
    }

    func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}
