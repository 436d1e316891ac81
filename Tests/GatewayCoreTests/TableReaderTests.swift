import GatewayCore
import GatewayTOML
import Testing

@Suite struct TableReaderTests {
    private func read(_ text: String) throws -> GatewaySettings {
        let defaults = GatewaySettings(listen: ListenAddress(port: 8080), map: CommandMap.commandsByName)
        return try TableReader.read(TOMLDocument.table(of: text)) { reader in
            reader.table("dareplane") { GatewaySettings(reading: $0, defaults: defaults) } ?? defaults
        }
    }

    @Test func settingsAreRead() throws {
        let settings = try read(
            """
            [dareplane]
            listen = "0.0.0.0:9000"
            role = "observer"
            max_connections = 3
            [dareplane.map]
            STARTRECORD = { command = "startAcquisition", data = { name = "$filename" }, answer = "accepted", timeout = "500ms" }
            VALVE = { custom = "openValve" }
            STATUS = "getStatus"
            GET_ANIMALS = false
            """
        )
        #expect(settings.listen == ListenAddress(host: "0.0.0.0", port: 9000))
        #expect(settings.role == .observer)
        #expect(settings.limits.connections == 3)
        let start = MappedCommand(
            .startAcquisition,
            data: ["name": "$filename"],
            answer: .accepted,
            timeout: .milliseconds(500)
        )
        #expect(settings.map["STARTRECORD"] == start)
        #expect(settings.map["VALVE"] == MappedCommand(.custom("openValve")))
        #expect(settings.map["STATUS"] == MappedCommand(.command(.getStatus)))
        #expect(settings.map["GET_ANIMALS"] == nil)
        #expect(settings.map["GET_STATUS"] != nil)
    }

    @Test func everyMistakeIsNamedWithItsLine() {
        let error = #expect(throws: ConfigurationErrors.self) {
            try read(
                """
                [dareplane]
                lisen = "127.0.0.1:1"
                role = "boss"
                max_connections = 0
                listen = "127.0.0.1:70000"
                [dareplane.map]
                A = "getStatu5"
                B = { data = 3 }
                C = 5
                D = { command = "getStatus", custom = "x", answer = "later" }
                [other]
                """
            )
        }
        #expect(error?.problems.map(\.line) == [2, 3, 4, 5, 7, 8, 9, 10, 10, 11])
        #expect(error?.problems.map(\.path).first == "dareplane.lisen")
        #expect(error?.description.contains("did you mean listen?") == true)
        #expect(error?.description.contains("'getStatu5' is no command") == true)
        #expect(error?.description.contains("\"observer\", \"operator\", not \"boss\"") == true)
    }

    @Test(arguments: [
        ("127.0.0.1:8080", ListenAddress(host: "127.0.0.1", port: 8080)),
        ("9000", ListenAddress(host: "127.0.0.1", port: 9000)),
        ("rig-1", ListenAddress(host: "rig-1", port: 80)),
        ("[::1]:7", ListenAddress(host: "::1", port: 7)),
        ("::1", ListenAddress(host: "::1", port: 80)),
        ("localhost:0", ListenAddress(host: "localhost", port: 0)),
    ])
    func anAddressIsRead(_ text: String, _ address: ListenAddress) throws {
        #expect(try ListenAddress(text, defaultPort: 80) == address)
    }

    @Test(arguments: ["", ":80", "a:b", "a:-1", "a:65536", "[::1", "[::1]x", "a b:1", "tcp://x:1", "a:"])
    func whatIsNoAddressIsRefused(_ text: String) {
        #expect(throws: GatewayError.self) { try ListenAddress(text, defaultPort: 80) }
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.1.2.3", true), ("localhost", true), ("::1", true), ("0.0.0.0", false),
        ("127.rig", false),
    ])
    func loopbackIsKnown(_ host: String, _ isLoopback: Bool) {
        #expect(ListenAddress(host: host, port: 1).isLoopback == isLoopback)
    }
}
