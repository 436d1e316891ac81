import GatewayCore
import Subprocess
import Synchronization

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// The process of a module, in a session of its own: what it starts belongs to it and ends with it.
struct ModuleProcess: Sendable {
    let launch: ModuleLaunch
    /// How long it may take to end when it is told to, before it is killed.
    let stopTime: Duration
    /// The longest line of output that is kept whole.
    let lineSize: Int

    /// Runs the process until it ends. Where the task is cancelled, the process and all that it started are told to end
    /// (SIGTERM), and killed after the time for that. Nothing of them is left when this returns, but for what has made
    /// itself independent in a session of its own.
    ///
    /// - Parameters:
    ///   - onStart: called with the process's group.
    ///   - onLine: called with every line on its standard output and error.
    /// - Returns: how it ended, in words.
    /// - Throws: `GatewayError` of the code `failed` where it could not be started.
    func run(
        onStart: @escaping @Sendable (ProcessGroup) -> Void,
        onLine: @escaping @Sendable (String) -> Void
    ) async throws(GatewayError) -> String {
        let started = Mutex<ProcessGroup?>(nil)
        let end: Result<TerminationStatus, any Error>
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .none,
                output: .sequence,
                error: .combinedWithOutput
            ) { execution in
                let group = ProcessGroup(leader: execution.processIdentifier.value)
                started.withLock { $0 = group }
                onStart(group)
                await read(execution.standardOutput, onLine)
            }
            end = .success(result.terminationStatus)
        } catch {
            end = .failure(error)
        }
        guard let group = started.withLock({ $0 }) else { throw Self.notStarted(launch, end) }
        // The process has ended; what it started may not have.
        await group.end(within: stopTime)
        switch end {
        case .success(.exited(let code)): return "it ended with status \(code)"
        case .success(.signaled(let signal)): return "signal \(signal) ended it"
        case .failure(let error): return "it was lost: \(error)"
        }
    }

    private var configuration: Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: stopTime.saturated)
        ]
        let isPath = launch.executable.contains("/")
        return Configuration(
            executable: isPath ? .path(FilePath(launch.executable)) : .name(launch.executable),
            arguments: Arguments(launch.arguments),
            environment: .inherit.updating(
                Dictionary(
                    launch.environment.compactMap { key, value in
                        Environment.Key(rawValue: key).map { ($0, value) }
                    },
                    uniquingKeysWith: { $1 }
                )
            ),
            workingDirectory: launch.folder.map { FilePath($0) },
            platformOptions: options
        )
    }

    private func read(_ output: SubprocessOutputSequence, _ onLine: (String) -> Void) async {
        var splitter = LineSplitter(limit: lineSize)
        do {
            for try await buffer in output {
                let lines = buffer.withUnsafeBytes { splitter.lines(in: $0) }
                for line in lines { onLine(line) }
            }
        } catch {
            // The process is being ended; what it still prints nobody wants to know.
        }
        if let line = splitter.finish() { onLine(line) }
    }

    private static func notStarted(
        _ launch: ModuleLaunch,
        _ end: Result<TerminationStatus, any Error>
    ) -> GatewayError {
        var reason = ""
        if case .failure(let error) = end { reason = ": \(error)" }
        return GatewayError(.failed, "'\(launch.executable)' could not be started\(reason)")
    }
}
