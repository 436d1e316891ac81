import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)), .enabled(if: Library.has("curve")))
struct SecurityOptionsTests {
    @Test func keysAreSetAndReadBack() throws {
        let socket = try Context.shared.socket(.dealer)
        let keys = try CurveKeyPair()
        try socket.set(.curvePublicKey, to: keys.publicKey)
        try socket.set(.curveSecretKey, to: keys.secretKey)
        try socket.set(.curveServerKey, to: try CurveKeyPair().publicKey)
        #expect(try socket.get(.curvePublicKey) == keys.publicKey)
        #expect(try socket.get(.curveSecretKey) == keys.secretKey)
        let server = try Context.shared.socket(.router)
        try server.set(.curveServer, to: true)
        #expect(try server.get(.curveServer))
    }

    @Test func messagesTravelUnderCurve() throws {
        let bench = try Bench()
        let serverKeys = try CurveKeyPair()
        let server = try bench.socket(.rep)
        try server.set(.curveServer, to: true)
        try server.set(.curveSecretKey, to: serverKeys.secretKey)
        try server.bind("tcp://127.0.0.1:*")
        let clientKeys = try CurveKeyPair()
        let client = try bench.socket(.req)
        try client.set(.curveServerKey, to: serverKeys.publicKey)
        try client.set(.curvePublicKey, to: clientKeys.publicKey)
        try client.set(.curveSecretKey, to: clientKeys.secretKey)
        try client.connect(try server.lastEndpoint)
        try client.send(Message("secret"))
        #expect(try server.receive() == Message("secret"))
    }

    @Test func anEnforcedDomainWithoutAHandlerRefuses() throws {
        let bench = try Bench()
        let server = try bench.socket(.router)
        let serverKeys = try CurveKeyPair()
        try server.set(.curveServer, to: true)
        try server.set(.curveSecretKey, to: serverKeys.secretKey)
        try server.set(.zapDomain, to: "lab")
        try server.set(.zapEnforceDomain, to: true)
        let monitor = try SocketMonitor(server)
        try server.bind("tcp://127.0.0.1:*")
        let clientKeys = try CurveKeyPair()
        let client = try bench.socket(.dealer)
        try client.set(.curveServerKey, to: serverKeys.publicKey)
        try client.set(.curvePublicKey, to: clientKeys.publicKey)
        try client.set(.curveSecretKey, to: clientKeys.secretKey)
        try client.connect(try server.lastEndpoint)
        try client.send(Message("let me in"))
        try monitor.wait(for: .handshakeFailedNoDetail)
        #expect(try server.tryReceive() == nil)
    }
}
