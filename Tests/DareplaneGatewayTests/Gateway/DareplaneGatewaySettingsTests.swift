import AcquisitionRPC
import DareplaneGateway
import GatewayTOML
import Testing

struct DareplaneGatewaySettingsTests {
    private func settings(_ text: String) throws -> DareplaneGatewaySettings {
        try TableReader.read(TOMLDocument.table(of: text), DareplaneGatewaySettings.init(reading:))
    }

    @Test func defaults() throws {
        let settings = try settings("")
        #expect(settings == DareplaneGatewaySettings())
        #expect(settings.gateway.listen == ListenAddress(host: "127.0.0.1", port: 8080))
        #expect(settings.gateway.map.names.prefix(2) == ["START", "STOP"])
        #expect(settings.gateway.map["GET_STATUS"] == MappedCommand(.command(.getStatus)))
        #expect(settings.name == "acquisition")
        #expect(settings.logServer == ListenAddress(port: 9020))
    }

    @Test func everythingThatCanBeSaid() throws {
        let settings = try settings(
            """
            listen = "0.0.0.0:9001"
            role = "observer"
            name = "rig-1"
            result_to = "recorder"
            idle = 0
            gap = "80ms"
            log_server = "192.168.0.4:9021"
            max_in_flight = 4

            [map]
            STARTRECORD = { command = "startAcquisition", data = { file = "$filename" } }
            GET_STATUS = false

            [[callback]]
            event = "trialStarted"
            to = "recorder"
            send = "MARK"
            data = { id = "$index" }
            """
        )
        #expect(settings.gateway.listen == ListenAddress(host: "0.0.0.0", port: 9001))
        #expect(settings.gateway.role == .observer)
        #expect(settings.gateway.limits.inFlightPerConnection == 4)
        #expect(settings.gateway.map["STARTRECORD"]?.data == ["file": "$filename"])
        #expect(settings.gateway.map["GET_STATUS"] == nil)
        #expect(settings.name == "rig-1")
        #expect(settings.resultTo == "recorder")
        #expect(settings.idle == nil)
        #expect(settings.gap == .milliseconds(80))
        #expect(settings.logServer == ListenAddress(host: "192.168.0.4", port: 9021))
        #expect(try self.settings("log_server = false").logServer == nil)
        let rule = EventRule(.trialStarted, target: "recorder", name: "MARK", data: ["id": "$index"])
        #expect(settings.callbacks == [rule])
    }

    @Test(arguments: [
        ("name = \"a|b\"", "line 1: name: 'a|b' is no name of a module"),
        ("name = \"\"", "line 1: name: '' is no name of a module"),
        ("result_to = \"é\"", "line 1: result_to: 'é' is no name of a module"),
        ("[map]\nUP = \"getStatus\"", "map: 'UP' is what every module answers itself"),
        ("[map]\n\"A;B\" = \"getStatus\"", "map: 'A;B' is no name of a command"),
        ("gap = -1", "line 1: gap: must be a time"),
        ("log_server = true", "line 1: log_server: must be an address such as \"127.0.0.1:9020\", or false"),
        ("log_server = \"a:b\"", "line 1: log_server: 'a:b' is no address"),
        ("[[callback]]\nevent = \"trialStarted\"\nsend = \"MARK\"", "callback[1].to: is missing"),
        ("[[callback]]\nevent = \"trialStarted\"\nto = \"b\"", "callback[1].send: is missing"),
        (
            "[[callback]]\nevent = \"trialStarted\"\nto = \"1b\"\nsend = \"MARK\"",
            "callback[1]: A callback may not begin"
        ),
        (
            "[[callback]]\nevent = \"trialStarted\"\nto = \"b\"\nsend = \"M\"\ndata = 5",
            "callback[1].data: must be a table"
        ),
        ("nam = \"x\"", "line 1: nam: is not known here; did you mean name?"),
    ])
    func mistakesAreNamedWithTheirPlace(_ text: String, _ problem: String) {
        #expect { try settings(text) } throws: { "\($0)".contains(problem) }
    }
}
