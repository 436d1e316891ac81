import Foundation

/// Where the programs are, and how long to measure.
struct Tools {
    let folder: URL
    let checkout: URL
    let isQuick: Bool

    init(isQuick: Bool) {
        self.isQuick = isQuick
        folder = URL(filePath: ProcessInfo.processInfo.arguments[0]).standardizedFileURL.deletingLastPathComponent()
        checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
    }

    var rounds: Int { isQuick ? 3 : 7 }
    var seconds: Double { isQuick ? 0.4 : 1 }

    func ours(_ arguments: String...) throws -> Peer { try Peer([program("ours")] + arguments) }
    func bare(_ arguments: String...) throws -> Peer { try Peer([program("bare")] + arguments) }

    /// One of the programs with every call of malloc counted.
    func counted(_ name: String, _ arguments: String...) throws -> Peer {
        let library = folder.appending(path: "libCountingAllocator.so").path
        return try Peer([program(name)] + arguments, environment: ["LD_PRELOAD": library])
    }

    func python(_ script: String, _ arguments: String...) throws -> Peer {
        let python = checkout.appending(path: ".venvs/current/bin/python").path
        return try Peer([python, checkout.appending(path: script).path] + arguments)
    }

    private func program(_ name: String) -> String { folder.appending(path: name).path }
}
