import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import ArgumentParser
import Foundation
import ZeroMQ

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make keys, and say who may reach an application and give it commands.",
        discussion: """
            A key has two halves: NAME.key, the public one, which may be handed out, and NAME.key_secret, which stays \
            where it was made. To let Ann give commands to a rig:

              on the rig      remote-console keys generate service
                              client-app --security required
              on Ann's side   remote-console keys generate ann
                              (give ann.key to the rig, and service.key to Ann)
              on the rig      remote-console keys authorize ann.key --role operator
              on Ann's side   remote-console --curve-key ann.key_secret \\
                                --curve-server-key service.key status

            An observer hears events, asks for status and configuration, and may stop everything in an emergency; an \
            operator gives every command. Changes count at once, also for an application that runs. The files are \
            those of pyzmq's zmq.auth and of czmq. --json writes JSON on standard output.
            """,
        subcommands: [Generate.self, Show.self, Authorize.self, Revoke.self]
    )
}

/// Which folder a command of `keys` works on.
struct KeyFolderOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder with the keys. [ACQUISITION_KEYS] (default: ~/.config/acquisition-rpc/keys)",
            valueName: "folder"
        ),
        completion: .directory
    )
    var keys: String?

    func folder(_ environment: [String: String]) throws(CommandFailure) -> KeyFolder {
        guard let path = Self.path(keys, environment) else {
            throw CommandFailure(.usage, "There is no home folder in which keys could lie", hint: "Name one: --keys")
        }
        return KeyFolder(path)
    }

    /// The flag, then the environment, then the usual folder; nil without a home.
    static func path(_ flag: String?, _ environment: [String: String]) -> String? {
        if let flag, !flag.isEmpty { return flag }
        if let path = environment["ACQUISITION_KEYS"], !path.isEmpty { return path }
        return StandardFolders.configuration(environment).map { "\($0)/keys" }
    }
}

extension KeysCommand {
    struct Generate: LocalCommand {
        static let configuration = CommandConfiguration(
            commandName: "generate",
            abstract: "Make a new pair of keys; nothing is written over.",
            discussion:
                "The name 'service' is for the application itself; for people and programs take their own names."
        )
        @Argument(help: "Whose keys: 1 to 64 letters, digits and . _ - + @.")
        var name: String
        @OptionGroup var options: KeyFolderOptions
        @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

        func run(out: Output, environment: [String: String]) throws {
            let folder = try options.folder(environment)
            let made = try folder.generate(name)
            if connection.json {
                var line = JSONLine()
                line["publicKey"] = .string(made.publicKey.z85)
                line["publicFile"] = .string(folder.publicPath(name))
                line["secretFile"] = .string(folder.secretPath(name))
                return try out.line(line.description)
            }
            try out.lines([
                "public key   \(ShellText.quoted(made.publicKey.z85))",
                "to hand out  \(ShellText.quoted(folder.publicPath(name)))",
                "to keep      \(ShellText.quoted(folder.secretPath(name)))",
            ])
        }
    }

    struct Show: LocalCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a key, or the application's key and everybody who may reach it. Never shows a secret.",
            aliases: ["list"]
        )
        @Argument(help: "A file; none for the whole folder.", completion: .file(extensions: ["key", "key_secret"]))
        var file: String?
        @OptionGroup var options: KeyFolderOptions
        @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

        func run(out: Output, environment: [String: String]) throws {
            if let file {
                let certificate = try Certificate(publicFile: file)
                return try out.lines(
                    connection.json ? [KeysView.json(certificate)] : KeysView.lines(certificate)
                )
            }
            let folder = try options.folder(environment)
            let service = try? Certificate(publicFile: folder.publicPath(KeyFolder.serviceName))
            let (clients, problems) = try folder.clients()
            try out.lines(
                connection.json
                    ? [KeysView.json(folder, service, clients, problems)]
                    : KeysView.lines(folder, service, clients, problems)
            )
        }
    }

    struct Authorize: LocalCommand {
        static let configuration = CommandConfiguration(
            commandName: "authorize",
            abstract: "Let the owner of a key in, or change the role; at once.",
            discussion: "What the file itself says about a role does not count: the one who authorises decides."
        )
        @Argument(help: "The file with the public key: NAME.key.", completion: .file(extensions: ["key"]))
        var file: String
        @Option(help: "observer (events, status, configuration, emergency stop) or operator (every command).")
        var role = RoleChoice.observer
        @Option(help: ArgumentHelp("Under which name. (default: that of the file)", valueName: "name"))
        var user: String?
        @OptionGroup var options: KeyFolderOptions
        @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

        func run(out: Output, environment: [String: String]) throws {
            guard !file.hasSuffix("_secret") else {
                throw CommandFailure(
                    .usage,
                    "\(file) is a secret key, which stays with its owner",
                    hint: "Take the .key"
                )
            }
            let folder = try options.folder(environment)
            let certificate = try Certificate(publicFile: file)
            let user = user ?? URL(filePath: file).deletingPathExtension().lastPathComponent
            try folder.authorize(certificate, user: user, role: role.role)
            if connection.json {
                let client = AuthorizedClient(user: user, role: role.role, key: certificate.publicKey.z85)
                return try out.line(KeysView.json(client).description)
            }
            try out.line("\(user) is \(role.rawValue) in \(folder.path)")
        }
    }

    struct Revoke: LocalCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "Let a user in no more.",
            discussion: """
                An application that runs takes no further command of this user. A connection for events that is open \
                stays open until the application is restarted.
                """
        )
        @Argument(help: "The name of the user, as 'keys show' tells it.")
        var user: String
        @OptionGroup var options: KeyFolderOptions
        @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

        func run(out: Output, environment: [String: String]) throws {
            let folder = try options.folder(environment)
            try folder.revoke(user)
            try out.line(
                connection.json ? #"{"revoked":\#(JSONValue.string(user))}"# : "\(user) is revoked in \(folder.path)"
            )
        }
    }
}

/// A role, as it is given on the command line.
enum RoleChoice: String, Sendable, CaseIterable, ExpressibleByArgument {
    case observer
    case `operator`

    var role: PeerRole {
        switch self {
        case .observer: .observer
        case .operator: .operator
        }
    }
}
