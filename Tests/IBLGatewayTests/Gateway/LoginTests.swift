import AcquisitionRPC
import GatewayCore
import IBLGateway
import Logging
import Synchronization
import TestSupport
import Testing

/// Logins to Alyx: a token is given to who asks for it, and shown to nobody.
@Suite(.timeLimit(.minutes(1)))
struct LoginTests {
    private static let secret = "0123456789abcdef-secret"
    private static let login = AlyxLogin(
        url: "https://alyx.example.org/",
        user: "anna",
        token: ["token": .string(secret)]
    )

    /// Everything that is logged, as text.
    private final class Lines: LogHandler, Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        var logger: Logger { Logger(label: "test") { _ in self } }

        func log(event: LogEvent) {
            lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }

        var metadata: Logger.Metadata {
            get { [:] }
            set { _ = newValue }
        }
        var logLevel: Logger.Level {
            get { .trace }
            set { _ = newValue }
        }
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set { _ = newValue }
        }
    }

    @Test(arguments: RigURI.Transport.allCases)
    func aLoginIsKeptAndGivenOn(_ transport: RigURI.Transport) async throws {
        let (bench, lines) = (try GatewayBench(), Lines())
        let settings = IBLGatewaySettings(transport: transport, announces: false, keepsLogins: true)
        let published = Mutex<[String]>([])
        try await bench.run(settings, logger: lines.logger) { uri in
            let (controller, early, late) = (
                Communicator.client(uri), Communicator.client(uri), Communicator.client(uri)
            )
            try await controller.whileRunning { _ in
                try await early.whileRunning { _ in
                    try await late.whileRunning { _ in
                        // Who asks before there is one is told so, and gets it when it comes.
                        let given = early.expect([.alyx])
                        let answer = try await early.ask(.alyx(nil, url: "https://alyx.example.org"))
                        #expect(answer.failure?.text.contains("no such login to Alyx yet") == true)
                        try await controller.alyx(Self.login)
                        let first = try await given.value(within: .seconds(10)).message.login
                        #expect(first == Self.login)
                        let second = try await late.requestAlyx()
                        #expect(second == Self.login)
                        let other = try await late.ask(.alyx(nil, url: "https://other.example.org"))
                        #expect(other.failure != nil)
                        let info = try await late.ask(.info(.connected))
                        published.withLock { $0.append("\(JSONValue.array(info.elements))") }
                    }
                }
            }
        }
        #expect(lines.all.contains { $0.contains("A login is given on") && $0.contains("anna") })
        #expect(!(lines.all + published.withLock { $0 }).joined().contains(Self.secret))
        #expect(bench.commands.isEmpty)
    }

    @Test func withoutTheSettingNoneIsKept() async throws {
        let bench = try GatewayBench()
        try await bench.run(IBLGatewaySettings(announces: false)) { uri in
            let controller = Communicator.client(uri)
            try await controller.whileRunning { _ in
                try await controller.alyx(Self.login)
                let answer = try await controller.ask(.alyx(nil))
                #expect(answer.failure?.text.contains("keeps none") == true)
            }
        }
    }

    @Test func noDescriptionShowsAToken() {
        let message = RigMessage.alyx(Self.login)
        let event = RigEvent(peer: RigURI(port: 1), message: message)
        let odd = RigMessage(.alyx, [7, .string(Self.secret)])
        var dumped = ""
        for value in [Self.login, message, event, odd, [message]] as [Any] {
            dumped += "\(value) \(String(reflecting: value)) "
            dump(value, to: &dumped)
        }
        #expect(!dumped.contains(Self.secret) && dumped.contains("anna"))
    }
}
