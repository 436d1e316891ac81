import AcquisitionRPC
import GatewayCore
import GatewayTOML
import IBLGateway
import Testing

struct SettingsTests {
    private static func settings(_ text: String) throws -> IBLGatewaySettings {
        try TableReader.read(TOMLDocument.table(of: text)) { IBLGatewaySettings(reading: $0) }
    }

    @Test func nothingGivesTheDefaults() throws {
        let settings = try Self.settings("")
        #expect(settings == IBLGatewaySettings())
        #expect(settings.transport == .udp && "\(settings.gateway.listen)" == "127.0.0.1:11001")
        #expect(settings.gateway.map.names == ["EXPSTART", "EXPEND", "EXPINTERRUPT", "EXPINFO"])
    }

    @Test func everythingIsRead() throws {
        let settings = try Self.settings(
            """
            listen = "tcp://0.0.0.0:0"
            role = "observer"
            max_connections = 3
            echo_timeout = "2s"
            announce = false
            announce_after = 0.5
            alyx = true
            [info]
            main_sync = true
            experiment_description = { devices = { cameras = {} } }
            [map]
            EXPINTERRUPT = "emergencyStop"
            EXPCLEANUP = { custom = "flushValves" }
            EXPEND = false
            [[events]]
            event = "trialStarted"
            send = "EXPINFO"
            data = { trial = "$trialId" }
            """
        )
        #expect(settings.transport == .tcp && "\(settings.gateway.listen)" == "0.0.0.0:0")
        #expect(settings.gateway.role == .observer && settings.gateway.limits.connections == 3)
        #expect(settings.conversation.echoTimeout == .seconds(2) && !settings.announces)
        #expect(settings.announcementDelay == .seconds(0.5) && settings.events.map(\.name) == ["EXPINFO"])
        #expect(settings.keepsLogins && settings.info.value(ofExactly: "master") == false)
        #expect(settings.info.value(ofExactly: "main_sync") == true)
        #expect(settings.info["experimentDescription"] == ["devices": ["cameras": [:]]])
        let map = settings.gateway.map
        #expect(map["EXPINTERRUPT"]?.target == .command(.emergencyStop) && map["EXPEND"] == nil)
        #expect(map["EXPCLEANUP"]?.target == .custom("flushValves"))
    }

    @Test func everyMistakeIsNamed() throws {
        let text = """
            listen = "http://127.0.0.1"
            echo_timeout = 0
            [info]
            main_sync = "yes"
            status = 3
            [map]
            EXPSTOP = "stopAcquisition"
            ALYX = "getStatus"
            [[events]]
            event = "trialStarted"
            send = "TRIAL"
            to = "nobody:0"
            """
        let error = try #require(throws: ConfigurationErrors.self) { try Self.settings(text) }
        #expect(
            error.problems.map(\.path) == [
                "listen", "echo_timeout", "info.main_sync", "info.status", "map", "map", "events[1].send",
                "events[1].to",
            ],
            "\(error)"
        )
        #expect(error.description.contains("'EXPSTOP' is no message between rigs; known are EXPINIT, EXPSTART"))
    }

    @Test func rigsAreListed() throws {
        let list = try RigList(
            TOMLDocument.table(
                of: """
                    timeout = 0
                    one_after_another = true
                    echo_timeout = "300ms"
                    grace = "2m"
                    [[rigs]]
                    name = "bpod"
                    uri = "192.168.0.4"
                    [[rigs]]
                    name = "camera"
                    uri = "tcp://camera.lab:5000"
                    """
            )
        )
        #expect(
            list.rigs.map { "\($0.name) \($0.uri)" } == [
                "bpod udp://192.168.0.4:11001", "camera tcp://camera.lab:5000",
            ]
        )
        #expect(list.asking == .init(isOneAfterAnother: true, timeLimit: nil) && list.echoTimeout == .milliseconds(300))
        #expect(list.grace == .seconds(120) && RigList([]).grace == .seconds(30))
        let text = """
            [[rigs]]
            name = "a"
            uri = "x:0"
            [[rigs]]
            name = "a"
            url = "y"
            """
        let error = try #require(throws: ConfigurationErrors.self) { try RigList(TOMLDocument.table(of: text)) }
        #expect(
            error.problems.map { "\($0.line ?? 0) \($0.path)" }.sorted() == [
                "3 rigs[1].uri", "4 rigs[2].uri", "5 rigs[2].name", "6 rigs[2].url",
            ],
            "\(error)"
        )
        #expect(throws: ConfigurationErrors.self) { try RigList(TOMLDocument.table(of: "")) }
    }
}
