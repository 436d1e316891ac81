import Foundation

/// What one second showed.
struct SoakSample: CustomStringConvertible {
    let second: Double
    /// Resident memory in MiB.
    let memory: Double
    let descriptors: Double
    let threads: Double
    let latencies: Latencies

    /// The 99th of 100 in this second, in milliseconds.
    struct Latencies {
        let commands: Double
        let events: Double
        /// Of the same commands to bare libzmq: it rises where the machine has other things to do.
        let control: Double
    }

    init(second: Double, process: Int32, _ latencies: Latencies) throws {
        self.second = second
        self.latencies = latencies
        guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
        else {
            throw Failure("the service ended after \(Int(second)) s")
        }
        memory = status.value(of: "VmRSS:") / 1024
        descriptors = Double(open.count)
        threads = status.value(of: "Threads:")
    }

    var description: String {
        let latencies = String(
            format: "p99: commands %.2f ms, events %.2f ms, bare libzmq %.2f ms",
            self.latencies.commands,
            self.latencies.events,
            self.latencies.control
        )
        let resources = String(format: "%.1f MiB, %.0f descriptors, %.0f threads", memory, descriptors, threads)
        return "\(Int(second)) s: \(resources), \(latencies)"
    }
}

/// What was sent, received and missed in all.
struct SoakCounts: CustomStringConvertible {
    var events = 0
    var eventsMissed = 0
    var commands = 0
    var answers = 0
    var clients = 0
    var clientsFailed = 0

    var description: String {
        "\(events) events (\(eventsMissed) missed), \(answers) of \(commands) commands answered, "
            + "\(clients) clients came and went (\(clientsFailed) in vain)"
    }
}
