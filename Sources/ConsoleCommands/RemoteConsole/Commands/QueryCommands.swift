import AcquisitionModel
import ArgumentParser

struct StatusCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what the application says about itself and its devices."
    )
    @OptionGroup var connection: ConnectionOptions

    func run(in session: Session) async throws {
        let reply = try await session.ask(.getStatus)
        session.peer.learn(from: reply.data)
        try session.show(reply, to: .getStatus) { DataView.lines($0, style: session.style) }
    }
}

struct ConfigurationCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration",
        abstract: "Show how the application is set up."
    )
    @OptionGroup var connection: ConnectionOptions

    func run(in session: Session) async throws {
        try session.show(await session.ask(.getConfiguration), to: .getConfiguration) {
            DataView.lines($0, style: session.style)
        }
    }
}

struct AnimalsCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "animals",
        abstract: "List the animals that the application knows."
    )
    @OptionGroup var connection: ConnectionOptions

    func run(in session: Session) async throws {
        try session.show(await session.ask(.getAnimals), to: .getAnimals) { DataView.lines($0, style: session.style) }
    }
}
