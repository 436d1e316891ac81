import AcquisitionModel
import AcquisitionRPC
import ArgumentParser

struct SendCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Give any command.",
        discussion: """
            COMMAND is a number, a name (getStatus, GET_STATUS, those of --define) or a unique beginning of one. Of names \
            whose number differs between the releases, the application's own is taken.
            """
    )

    @Argument(help: "Which command.", completion: .custom(CompletedNames.commands))
    var command: String
    @Option(help: ArgumentHelp("What the command needs, as \(DataArgument.help)", valueName: "json"))
    var data: String?
    @Option(
        help: ArgumentHelp("Which of the lab's own commands, with userDefined: a number or a name.", valueName: "which")
    )
    var customCommand: String?
    @Option(
        help: ArgumentHelp("The nonce to send; best 1 or more. (default: the console's own)", valueName: "n"),
        transform: NumberArgument.integer
    )
    var nonce: Int?
    @OptionGroup var wait: WaitOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in session: Session) async throws {
        let data = try await DataArgument.value(self.data, isInputFree: !session.isInteractive)
        let command = try await session.command(named: command)
        let reply = try await session.give(
            command,
            customCommand: Self.customCommand(customCommand),
            data: data,
            nonce: nonce.map { JSONValue($0) },
            waiting: wait.waiting
        )
        try session.show(reply, named: command.display(in: session.shownDialect))
    }

    /// A number, or whatever else was written: a name, as it is or as JSON text.
    static func customCommand(_ text: String?) -> JSONValue {
        guard let text else { return -1 }
        if let number = Int(text) { return JSONValue(number) }
        if text.hasPrefix("\""), let name = try? JSONReader.read(text) { return name }
        return .string(text)
    }
}

extension Session {
    /// The command that `text` means to this peer, which is asked for its release only where that matters.
    ///
    /// - Throws: ``CommandFailure`` with the candidates.
    func command(named text: String) async throws -> ApiCommand {
        switch NameInDialects<ApiCommand>(text) {
        case .same(let command): return command
        case .different(let current, let legacy):
            guard try await dialect() == .current else { return legacy }
            return client.lastHeartbeat.map { CommandForms.hasFirstNumbers($0.version) } == true ? legacy : current
        case .unknown(let error): throw CommandFailure(.usage, error.description)
        }
    }
}

/// What a name means in the two dialects.
enum NameInDialects<Code: OpenVocabulary>: Sendable, Hashable {
    /// The same in both, or known in one only.
    case same(Code)
    case different(current: Code, legacy: Code)
    case unknown(VocabularyError)

    init(_ text: String) {
        let find = { (dialect: Dialect) -> Result<Code, VocabularyError> in
            do throws(VocabularyError) { return .success(try Code.find(text, in: dialect)) } catch {
                return .failure(error)
            }
        }
        switch (find(.current), find(.legacy)) {
        case (.success(let current), .success(let legacy)):
            self = current == legacy ? .same(current) : .different(current: current, legacy: legacy)
        case (.success(let code), .failure), (.failure(_), .success(let code)): self = .same(code)
        case (.failure(let error), .failure): self = .unknown(error)
        }
    }
}
