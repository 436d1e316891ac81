import AcquisitionRPC
import DareplaneGateway
import Foundation
import GatewayCore
import GatewayTOML
import TestSupport
import Testing

/// Control rooms for tests.
enum RoomBench {
    /// The table of a real module that the control room starts.
    static func module(
        _ name: String,
        _ release: DareplaneRelease = .current,
        port: Int,
        more: String = ""
    ) -> String {
        """
        [modules.\(name)]
        kind = "python"
        ip = "127.0.0.1"
        port = \(port)
        retry_after_s = 0.05
        max_connect_retries = 400
        cwd = "Tests/Peers"
        custom_entry_point = "control_room_module"
        python_executable = ".venvs/\(release.rawValue)/bin/python"
        \(more)

        """
    }

    /// Reads a configuration. Log records are only taken where it says so: their port is the same for all.
    static func configuration(_ text: String) throws -> ControlRoomConfiguration {
        // Unless it says otherwise, a module may take as long as a loaded machine does.
        let text = text.contains("[control_room]") ? text : "[control_room]\nanswer_time = 20\n" + text
        var configuration = try ControlRoomConfiguration(
            reading: TOMLDocument.table(of: text),
            folder: Fixtures.checkout.path
        )
        if !text.contains("log_listen") { configuration.settings.logListen = nil }
        return configuration
    }

    /// Runs a control room while `body` runs; afterwards nothing of it is left.
    static func run(
        _ text: String,
        service: (any RpcService)? = nil,
        _ body: (ControlRoom, RoomEvents) async throws -> Void
    ) async throws {
        let events = RoomEvents()
        let room = ControlRoom(try configuration(text), service: service, logger: .silent, onEvent: events.add)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { await room.run() }
            try await body(room, events)
        }
        for status in room.status {
            if case .running(let number) = status.process { Issue.record("\(status.name) still runs as \(number)") }
            #expect(!status.isConnected)
        }
    }

    /// Whether there is a process of this number. One that has ended and that nobody asked for counts as gone.
    static func isThere(_ process: Int) -> Bool {
        guard kill(Int32(process), 0) == 0 else { return false }
        let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        return status?.contains("State:\tZ") != true
    }

    /// Ports that are free at this moment.
    static func freePorts(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            #if canImport(Darwin)
                let descriptor = socket(AF_INET, SOCK_STREAM, 0)
            #else
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            #endif
            sockets.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
                }
            }
            try #require(isBound)
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }
}
