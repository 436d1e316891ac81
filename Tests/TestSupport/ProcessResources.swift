import Foundation

/// What a process holds at this moment, as the system tells (/proc; nil elsewhere).
public struct ProcessResources: Sendable, Hashable, CustomStringConvertible {
    /// Open files and sockets.
    public let descriptors: Int
    /// Its threads.
    public let threads: Int
    /// Its resident memory in MiB.
    public let memory: Double

    /// Of the process with this number; of the present one by default.
    public init?(of process: Int32? = nil) {
        let process = process ?? getpid()
        guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
        else {
            return nil
        }
        func value(_ key: String) -> Double? {
            let line = status.split(separator: "\n").first { $0.hasPrefix(key + ":") }
            return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
        }
        guard let threads = value("Threads"), let memory = value("VmRSS") else { return nil }
        descriptors = open.count
        self.threads = Int(threads)
        self.memory = memory / 1024
    }

    /// What a process holds as soon as it has no more descriptors and threads than here, or after `limit`.
    ///
    /// Threads outlive their work for some seconds: those of the package's own, and Dispatch's, of which nobody says
    /// how many there are at a given moment.
    public func awaited(within limit: Duration, now: () throws -> ProcessResources) async throws -> ProcessResources {
        let deadline = ContinuousClock.now + limit
        while true {
            let current = try now()
            let isBack = current.descriptors <= descriptors && current.threads <= threads
            if isBack || ContinuousClock.now > deadline { return current }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// By how many MiB the memory has grown since `before`.
    ///
    /// nil under a sanitizer: it keeps notes about all memory that is used, and what was freed for a while; that is far
    /// more than the process's own, and says nothing about it.
    public func growth(since before: ProcessResources) -> Double? {
        Sanitizer.current == nil ? memory - before.memory : nil
    }

    /// `21 descriptors, 8 threads, 22.7 MiB`
    public var description: String {
        "\(descriptors) descriptors, \(threads) threads, \((memory * 10).rounded() / 10) MiB"
    }
}
