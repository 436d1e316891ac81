import AcquisitionZeroMQ
import Foundation
import Logging

/// A service in a process of its own, to be harmed from outside, with a delegate that misbehaves when told to.
///
///     fault-peer [--subscriber-port N] [--command-port N] [--address A] [--alarms HZ] [--deduplicate SECONDS]
///                [--patient] [--busy] [--heartbeat MILLISECONDS] [--connections N] [--reserve N]
///                [--keys FOLDER]
///
/// Prints where it can be reached, then reads `event N` (publishes an event), `flood N` (publishes as many of 20 kB), `stop`
/// (stops the service and says how long that took), `clients N` (opens as many clients of its own, says how many there are
/// and what kept it from opening more, and closes them), `files N` (opens as many files as it can, but for one, up to N, and
/// closes those that it had opened so before) and `quit`. Command 99999 with customCommand 500 throws, with 501 it blocks its
/// thread for good, with 502 it suspends for good, with 503 it answers as many bytes as the data say, with 504 it answers after
/// a second; every other command is answered with the data that came.
@main
enum FaultPeer {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        func value(_ name: String) -> String? {
            arguments.firstIndex(of: name).map { arguments.dropFirst($0 + 1).first ?? "" }
        }
        var options = RpcOptions(
            identifier: "fault-peer",
            heartbeatInterval: .milliseconds(value("--heartbeat").flatMap(Int.init) ?? 100),
            subscriberPort: value("--subscriber-port").flatMap(UInt16.init) ?? 0,
            commandPort: value("--command-port").flatMap(UInt16.init) ?? 0,
            deduplicate: value("--deduplicate").flatMap(Int.init).map { .seconds($0) }
        )
        DescriptorLimit.raise()
        if let count = value("--connections").flatMap(Int.init) { options.load.connections = count }
        if let count = value("--reserve").flatMap(Int.init) { options.load.reservedDescriptors = count }
        if arguments.contains("--busy") { keepBusy() }
        // Answers however long that takes, and does not say PENDING in between.
        if arguments.contains("--patient") { options.pendingAfter = nil }
        if let address = value("--address") {
            options.bind = .addresses([address])
            options.allowInsecureRemote = true
        }
        if let keys = value("--keys") { options.security = .required(keys: keys) }
        let silent = Logger(label: "fault-peer") { _ in SwiftLogNoOpLogHandler() }
        guard let service = createApiService(ApiOptions(rpc: options), logger: silent) else { exit(1) }
        service.setDelegate(answer)
        do {
            try service.start()
        } catch {
            FileHandle.standardError.write(Data("fault-peer: \(error)\n".utf8))
            exit(1)
        }
        if let rate = value("--alarms").flatMap(Int.init) { startAlarms(rate) }
        let (subscriber, command) = (service.endpoints?.subscriber.first, service.endpoints?.command.first)
        say(#"{"ready":true,"subscriber":"\#(subscriber ?? "")","command":"\#(command ?? "")"}"#)
        var files: [Int32] = []
        while let line = readLine(), line != "quit" {
            let words = line.split(separator: " ")
            switch words.first {
            case "event":
                let number = words.last.flatMap { Int($0) } ?? 0
                try? service.sendEvent(.protocolEvent, ["number": JSONValue(number)])
                say(#"{"event":\#(number)}"#)
            case "flood":
                let text = JSONValue.string(String(repeating: "x", count: 20_000))
                for _ in 0..<(words.last.flatMap { Int($0) } ?? 0) {
                    try? service.sendEvent(.protocolEvent, ["text": text])
                }
                say(#"{"flood":0}"#)
            case "clients":
                let count = words.last.flatMap { Int($0) } ?? 0
                let (opened, problem) = openClients(count, command ?? "", subscriber ?? "")
                say(#"{"clients":\#(opened),"error":"\#(problem ?? "")"}"#)
            case "files":
                for file in files { close(file) }
                files = []
                for _ in 0..<(words.last.flatMap { Int($0) } ?? 0) {
                    let file = open("/dev/null", O_RDONLY)
                    guard file >= 0 else {
                        // But for one: Dispatch ends a process that has none at the wrong moment.
                        if let last = files.popLast() { close(last) }
                        break
                    }
                    files.append(file)
                }
                say(#"{"files":\#(files.count)}"#)
            case "stop":
                let taken = await ContinuousClock().measure { await service.stop() }
                say(#"{"stop":\#(taken / .seconds(1))}"#)
            default: continue
            }
        }
        exit(0)
    }

    @Sendable private static func answer(_ request: ApiCommandRequest) async throws -> ApiCommandRequestResponse {
        switch (request.command, request.customCommand) {
        case (.userDefined, 500): throw CocoaError(.fileNoSuchFile)
        case (.userDefined, 501): while true { pause() }
        case (.userDefined, 502): while true { try? await Task.sleep(for: .seconds(3600)) }
        case (.userDefined, 503):
            return .success(.string(String(repeating: "x", count: min(request.data.int ?? 0, 1 << 20))))
        case (.userDefined, 504):
            try await Task.sleep(for: .seconds(1))
            return .success(request.data)
        default: return .success(request.data)
        }
    }

    /// Signals that end whatever waits in the system, and are not made good by the system itself (no SA_RESTART). They
    /// reach the threads of the service; this one blocks them, since `readLine` does not recover from them.
    private static func startAlarms(_ rate: Int) {
        var alarm = sigset_t()
        sigemptyset(&alarm)
        sigaddset(&alarm, SIGALRM)
        pthread_sigmask(SIG_BLOCK, &alarm, nil)
        var action = sigaction()
        #if canImport(Darwin)
            action.__sigaction_u.__sa_handler = { _ in }
        #else
            action.__sigaction_handler.sa_handler = { _ in }
        #endif
        sigaction(SIGALRM, &action, nil)
        let period = timeval(tv_sec: 0, tv_usec: .init(1_000_000 / rate))
        var timer = itimerval(it_interval: period, it_value: period)
        #if canImport(Darwin)
            setitimer(ITIMER_REAL, &timer, nil)
        #else
            setitimer(__itimer_which_t(0), &timer, nil)
        #endif
    }

    private static func openClients(_ count: Int, _ command: String, _ subscriber: String) -> (Int, String?) {
        var clients: [RpcClient] = []
        defer { for client in clients { client.close() } }
        while clients.count < count {
            do {
                clients.append(try createApiClient(command: command, subscriber: subscriber))
            } catch {
                return (clients.count, "\(error)")
            }
        }
        return (clients.count, nil)
    }

    /// Has more to run than there are threads, now and then: that is when Dispatch looks into `/proc` what they do.
    private static func keepBusy() {
        for _ in 0..<16 {
            Task.detached {
                while true {
                    for _ in 0..<2_000 { await Task.yield() }
                    try? await Task.sleep(for: .milliseconds(2))
                }
            }
        }
    }

    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
