import AcquisitionModel
import AcquisitionRPC
import ArgumentParser

struct PingCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "ping",
        abstract: "Ask whether the application answers, and how fast.",
        discussion: "Any answer counts, whatever it says: old releases answer that they did not understand."
    )

    @Option(
        help: ArgumentHelp("How often to ask, one after the other.", valueName: "n"),
        transform: NumberArgument.count
    )
    var count = 1

    @OptionGroup var connection: ConnectionOptions

    func run(in session: Session) async throws {
        var times: [Duration] = []
        for number in 1...count {
            let time = try await session.ping()
            times.append(time)
            if session.json {
                try session.out.line(PingView.json(number: number, time: time))
            } else {
                try session.out.line(
                    PingView.line(number: number, of: count, time: time, endpoint: session.settings.commandEndpoint)
                )
            }
        }
        if count > 1, !session.json { try session.out.line(PingView.summary(times)) }
    }
}

extension Session {
    /// The time from a command to its answer, whatever that is.
    func ping() async throws -> Duration {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            _ = try await client.request(.none)
        } catch let error as RpcClientError where error.code != .unreadableReply {
            throw failure(error)
        }
        return clock.now - start
    }
}
