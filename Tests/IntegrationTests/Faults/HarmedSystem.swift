#if os(Linux)
    import Foundation
    import TestSupport
    import Testing

    /// A system clock that can be set, a folder of keys that hangs, and threads that the system does not give, for the
    /// processes that are started with ``environment``: `Tests/Peers/system.c`.
    final class HarmedSystem: Sendable {
        /// What such a process is started with.
        let environment: [String: String]
        private let folder: URL

        init() async throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "system-\(UUID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let library = folder.appending(path: "system.so").path
            let flags = ["-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library, "Tests/Peers/system.c"]
            let compiler = try ToolProcess("/usr/bin/env", ["cc"] + flags)
            #expect(await compiler.status() == 0, "\(compiler.errorsSoFar)")
            // Behind what is loaded before everything already: a sanitizer's, for instance.
            let loaded = ProcessInfo.processInfo.environment["LD_PRELOAD"].map { "\($0):" } ?? ""
            environment = [
                "LD_PRELOAD": loaded + library, "FAKE_CLOCK": folder.appending(path: "clock").path,
                "FAKE_THREADS": folder.appending(path: "threads").path,
                "FAKE_HANG": folder.appending(path: "hang").path,
            ]
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        /// Sets the system clock to so much after, or before, what it really is.
        func setClock(by offset: Duration) throws {
            let text = "\(offset.components.seconds)"
            try text.write(to: folder.appending(path: "clock"), atomically: true, encoding: .utf8)
        }

        /// Makes whoever looks at a folder `clients` wait, until it is told otherwise.
        func setHanging(_ isHanging: Bool) throws {
            let text = isHanging ? "1" : "0"
            try text.write(to: folder.appending(path: "hang"), atomically: true, encoding: .utf8)
        }
    }
#endif
