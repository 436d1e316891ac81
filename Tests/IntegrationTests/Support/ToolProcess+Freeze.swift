import Foundation
import TestSupport

extension ToolProcess {
    /// Stops the process with SIGSTOP, and waits until every thread of it stands still. ``thaw()`` lets it go on.
    func freeze() async {
        send(signal: SIGSTOP)
        #if os(Linux)
            _ = await becomes { isStopped }
        #endif
    }

    /// Lets a process go on that was frozen.
    func thaw() { send(signal: SIGCONT) }

    #if os(Linux)
        private var isStopped: Bool {
            let folder = "/proc/\(identifier)/task"
            guard let threads = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return true }
            return threads.allSatisfy { thread in
                guard let text = try? String(contentsOfFile: "\(folder)/\(thread)/stat", encoding: .utf8) else {
                    return true
                }
                // Behind the name, which may hold anything.
                return text.split(separator: ")").last?.split(separator: " ").first == "T"
            }
        }
    #endif
}
