import GatewayCore
import LiaisonGateway
import NIOCore
import Testing

/// Who may connect, asked over a real connection.
@Suite(.timeLimit(.minutes(1)))
struct AdmissionTests {
    struct Case: Sendable {
        var admission = LiaisonAdmission()
        let lines: [String]
        var uri = "/"
        let status: Int
    }

    private static func handshake(uri: String) -> [String] {
        RawWebSocket.handshake.filter { !$0.hasPrefix("GET") && !$0.hasPrefix("Host") }.reversed() + [
            "GET \(uri) HTTP/1.1"
        ]
    }

    private func status(_ given: Case) async throws -> String {
        try await Bench.run {
            $0.admission = given.admission
        } body: { bench in
            try await RawWebSocket.connect(bench.address) { socket in
                try await socket.shakeHands(given.lines, instead: Self.handshake(uri: given.uri).reversed())
            }
        }
    }

    static let token = LiaisonAdmission(token: "s3cret +")
    static let lab = LiaisonAdmission(origins: ["https://lab.example:8443"], hosts: ["rig-5.lab"])

    static let files = LiaisonAdmission(origins: ["file://"])

    @Test(arguments: [
        Case(lines: ["Host: 127.0.0.1:8001"], status: 101),
        // No browser: whatever name it used.
        Case(lines: ["Host: rig-5.lab:8001"], status: 101),
        Case(lines: ["Host: localhost:1", "Origin: http://localhost:3000"], status: 101),
        Case(lines: ["Host: 127.0.0.1", "Origin: https://127.0.0.1"], status: 101),
        Case(lines: ["Host: [::1]:1", "Origin: http://[::1]:80"], status: 101),
        Case(lines: ["Host: localhost", "Origin: https://evil.example"], status: 403),
        Case(lines: ["Host: localhost", "Origin: http://localhost.evil.example"], status: 403),
        Case(lines: ["Host: localhost", "Origin: http://evil.example/localhost"], status: 403),
        Case(lines: ["Host: localhost", "Origin: http://evil@localhost"], status: 403),
        Case(lines: ["Host: localhost", "Origin: null"], status: 403),
        Case(lines: ["Host: localhost", "Origin: "], status: 403),
        Case(lines: ["Host: localhost", "Origin: http://localhost", "Origin: https://evil.example"], status: 403),
        // A page that made its own name point here.
        Case(lines: ["Host: evil.example:8001", "Origin: http://localhost"], status: 403),
        Case(lines: ["Host: localhost", "Host: evil.example", "Origin: http://localhost"], status: 403),
        Case(admission: lab, lines: ["Host: rig-5.lab:1", "Origin: https://lab.example:8443"], status: 101),
        Case(admission: lab, lines: ["Host: rig-6.lab:1", "Origin: https://lab.example:8443"], status: 403),
        // What is named is allowed beside what is allowed anyway.
        Case(admission: lab, lines: ["Host: localhost", "Origin: http://localhost"], status: 101),
        Case(admission: lab, lines: ["Host: rig-5.lab", "Origin: http://[::1]:3000"], status: 101),
        Case(admission: lab, lines: ["Host: localhost", "Origin: https://evil.example"], status: 403),
        Case(admission: lab, lines: ["Host: localhost", "Origin: null"], status: 403),
        Case(admission: files, lines: ["Host: localhost", "Origin: null"], status: 101),
        Case(admission: files, lines: ["Host: localhost", "Origin: file://"], status: 101),
        Case(admission: files, lines: ["Host: localhost", "Origin: https://evil.example"], status: 403),
        Case(admission: LiaisonAdmission(origins: ["*"]), lines: ["Host: localhost", "Origin: null"], status: 101),
        Case(admission: token, lines: ["Host: localhost"], status: 401),
        Case(admission: token, lines: ["Host: localhost", "Authorization: Bearer s3cret +"], status: 101),
        Case(admission: token, lines: ["Host: localhost", "Authorization: Bearer s3cret"], status: 401),
        Case(admission: token, lines: ["Host: localhost", "Authorization: Basic s3cret +"], status: 401),
        Case(admission: token, lines: ["Host: localhost"], uri: "/x?a=b&token=s3cret+%2B", status: 101),
        Case(admission: token, lines: ["Host: localhost"], uri: "/?token=s3cret+%2", status: 401),
        Case(admission: token, lines: ["Host: localhost"], uri: "/?token=", status: 401),
    ])
    func handshakes(_ given: Case) async throws {
        let head = try await status(given)
        #expect(head.hasPrefix("HTTP/1.1 \(given.status) "), "\(given): \(head)")
    }

    /// Whoever is refused learns which setting lets him in.
    @Test(arguments: [
        ("null", "localhost", "set origins = [\"null\"]"), ("file://", "localhost", "set origins = [\"file://\"]"),
        ("https://page.example", "localhost", "'origins' in"), ("http://localhost", "rig-5.lab", "'hosts' in"),
    ])
    func aRefusalNamesTheSetting(_ origin: String, _ host: String, _ words: String) async throws {
        let body = try await Bench.run { bench in
            try await RawWebSocket.connect(bench.address) { socket in
                let lines = RawWebSocket.handshake.filter { !$0.hasPrefix("Host") }
                try await socket.send(
                    (lines + ["Host: \(host)", "Origin: \(origin)", "", ""]).joined(separator: "\r\n")
                )
                var text = ""
                while let piece = await socket.inbound.next() { text += String(buffer: piece) }
                return text
            }
        }
        #expect(body.contains(words), "\(body)")
    }

    @Test(arguments: [
        (["GET / HTTP/1.1", "Host: localhost"], 426),
        (["POST / HTTP/1.1", "Host: localhost", "Content-Length: 0"], 426),
        (["nonsense"], 400), (RawWebSocket.handshake + ["Content-Length: 1", "", "x"], 426),
        (RawWebSocket.handshake + ["Transfer-Encoding: chunked", "", "1", "x", "0"], 426),
        (RawWebSocket.handshake.map { $0.replacing("Version: 13", with: "Version: 8") }, 426),
        (RawWebSocket.handshake.filter { !$0.hasPrefix("Sec-WebSocket-Key") }, 426),
    ])
    func whatIsNoWebSocket(_ lines: [String], _ status: Int) async throws {
        try await Bench.run { bench in
            let head = try await RawWebSocket.connect(bench.address) { try await $0.shakeHands(instead: lines) }
            #expect(head.hasPrefix("HTTP/1.1 \(status) "), "\(head)")
        }
    }

    /// A connection that says nothing does not stay.
    @Test func aSlowHandshakeIsClosed() async throws {
        try await Bench.run {
            $0.handshakePatience = .milliseconds(50)
        } body: { bench in
            let answer = try await RawWebSocket.connect(bench.address) { socket in
                try await socket.send("GET / HTTP/1.1\r\n")
                return await socket.inbound.next()
            }
            #expect(answer == nil)
        }
    }

    @Test func theClientTellsThatItIsRefused() async throws {
        try await Bench.run {
            $0.admission = Self.token
        } body: { bench in
            let error = await #expect(throws: GatewayError.self) {
                try await LiaisonClient(bench.address, logger: .quiet).run()
            }
            #expect(error?.code == .notAllowed && error?.message.contains("401") == true)
            var options = LiaisonClient.Options.patient
            options.token = "s3cret +"
            try await bench.client(options) { try await $0.expectPong() }
        }
    }
}
