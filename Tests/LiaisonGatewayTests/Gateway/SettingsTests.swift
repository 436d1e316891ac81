import GatewayCore
import LiaisonGateway
import Testing

/// What a configuration says.
struct SettingsTests {
    private func read(_ entries: [(String, ConfigurationValue)]) throws -> LiaisonGatewaySettings {
        let table = ConfigurationTable(entries.enumerated().map { .init(key: $1.0, value: $1.1, line: $0 + 1) })
        return try TableReader.read(table, path: "liaison", LiaisonGatewaySettings.init(reading:))
    }

    @Test func nothingSaidIsTheUsual() throws {
        let settings = try read([])
        #expect(settings == LiaisonGatewaySettings())
        #expect(settings.gateway.listen == ListenAddress(host: "127.0.0.1", port: 8001))
        #expect(settings.gateway.map["GET_STATUS"] != nil && settings.admission.token == nil)
    }

    @Test func everythingIsRead() throws {
        let settings = try read([
            ("listen", .string("localhost:8003")), ("token", .string("s3cret")), ("print_markers", .boolean(true)),
            ("origins", .array([.string("https://lab.example")])), ("hosts", .array([.string("rig-5")])),
            ("events", .integer(7)), ("max_stored_names", .integer(2)), ("max_stored_bytes", .integer(3)),
            ("role", .string("observer")), ("max_connections", .integer(5)),
            ("map", .table(ConfigurationTable([.init(key: "GET_STATUS", value: .boolean(false))]))),
        ])
        #expect(settings.gateway.listen == ListenAddress(host: "localhost", port: 8003))
        #expect(
            settings.admission == LiaisonAdmission(token: "s3cret", origins: ["https://lab.example"], hosts: ["rig-5"])
        )
        #expect(settings.printMarkers && settings.events == 7 && settings.gateway.role == .observer)
        #expect(settings.store == LiaisonStoreLimits(names: 2, bytes: 3) && settings.gateway.limits.connections == 5)
        #expect(settings.gateway.map["GET_STATUS"] == nil)
    }

    @Test func mistakesAreNamed() throws {
        let errors = #expect(throws: ConfigurationErrors.self) {
            try read([("token", .string("")), ("origin", .string("x")), ("events", .integer(-1))])
        }
        #expect(errors?.problems.map(\.line) == [1, 2, 3])
        #expect(errors?.description.contains("did you mean origins?") == true)
    }
}
