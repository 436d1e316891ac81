import AcquisitionModel
import GatewayCore
import GatewayTOML
import Testing

@testable import DareplaneGateway

/// The shapes of control-room files that labs have published, keys of every release among them.
@Suite struct PublishedFilesTests {
    private static func read(_ text: String) throws -> ControlRoomConfiguration {
        let paths = PathLookup(folder: "/rig/configs", workingFolder: "/home/lab", home: "/home/lab") { _ in true }
        return try ControlRoomConfiguration(reading: TOMLDocument.table(of: text), paths: paths)
    }

    /// A speller, with a module that starts slowly, a command of two words, and parameters that nobody takes.
    @Test func `Keys of old releases are accepted with a remark`() throws {
        let configuration = try Self.read(
            """
            title = "a speller"
            [python]
            modules_root = '../'
            [python.modules.decoder]
                type = 'decoding'
                port = 8083
                ip = '127.0.0.1'
                loglevel = 10
            [python.modules.speller]
                type = 'paradigm'
                port = 8084
                ip = '127.0.0.1'
                retry_connection_after_s = 5  # it starts slowly
                near_port = 0
            [macros]
            [macros.online]
                name = 'RUN ONLINE'
                hotkey = 'o'
            [macros.online.default_json]
                fname = 'sub-P001'
                date_root = '../'
                delay_s = 0.5
            [macros.online.cmds]
                com1 = ['recorder', 'SET_SAVE_PATH', 'fname=fname', 'data_root=data_root']
                com2 = ['decoder', 'DECODE ONLINE']
            """
        )
        #expect(configuration.modules.map(\.retryAfter) == [.seconds(1), .seconds(5)])
        #expect(configuration.macros[0].steps.map(\.command) == ["SET_SAVE_PATH", "DECODE ONLINE"])
        let expected = [
            "line 1: title: is passed over", "line 8: python.modules.decoder.loglevel: is passed over",
            "line 13: python.modules.speller.retry_connection_after_s: is called retry_after_s now",
            "line 14: python.modules.speller.near_port: is passed over",
            "line 18: macros.online.hotkey: is passed over",
            "line 24: macros.online.cmds.com1: cannot be given: 'recorder' is no module",
        ]
        let remarks = configuration.remarks.map(\.description)
        #expect(remarks.count == expected.count, "\(remarks)")
        for (remark, words) in zip(remarks, expected) { #expect(remark.hasPrefix(words), "\(remark)") }
    }

    /// Alpha Omega's module, which is only connected and whose commands are proposed with their arguments.
    @Test func `A stimulator`() throws {
        let configuration = try Self.read(
            """
            [exe]
            [exe.modules.dp-ao-comm-mockup]
                type = 'recording'
                port = 8081
                ip = '127.0.0.1'
                path = '../missing/ao_comm'
            [exe.modules.dp-ao-comm-mockup.pcomms]
            STARTREC = ''
            STARTSTIM = '{"StimChannel": 10272, "FirstPhaseDelay_mS": 0, "Freq_hZ": 2}'
            [macros.stim]
                name = 'START STIMULATE'
            [macros.stim.default_json]
                stim_channel = 10272
                phase_delay_mS = 0
            [macros.stim.cmds]
                com1 = ['dp-ao-comm-mockup', 'STARTSTIM', 'StimChannel=stim_channel', 'FirstPhaseDelay_mS=phase_delay_mS']
            """
        )
        #expect(configuration.remarks == [])
        #expect(configuration.modules[0].commands == ["STARTREC", "STARTSTIM"])
        let messages = try configuration.macros[0].messages(modules: configuration.modules)
        #expect(messages.map(\.text) == ["STARTSTIM|10272|0"])
    }

    /// The real control room's present example: a module without a connection, whose keywords say where it listens.
    @Test func `Keywords say where a module listens`() throws {
        let configuration = try Self.read(
            """
            [modules]
            modules_root = '../../'
            [modules.dp-passthrough]
            kind = 'Python '
            name = 'dp-passthrough'
            module = 'api.server'
            cwd = '../../dp-passthrough'
            [modules.dp-passthrough.kwargs]
            ip = '127.0.0.1'
            port = 8083
            """
        )
        #expect(configuration.modules.map(\.address) == [ListenAddress(host: "127.0.0.1", port: 8083)])
        #expect(configuration.modules[0].launch?.arguments == ["-m", "api.server", "--ip=127.0.0.1", "--port=8083"])
        #expect(configuration.remarks.map(\.path) == ["modules.dp-passthrough.kwargs"])
    }

    /// What is this package's own is as strict as ever.
    @Test func `A mistake in our own table stays one`() {
        #expect {
            _ = try Self.read(
                "[control_room]\nlivenes_interval = 3\n[modules.a]\nkind='conn_only'\nip='h'\nport=1\nx=2"
            )
        } throws: { error in
            (error as? ConfigurationErrors)?.problems.map(\.path) == ["control_room.livenes_interval"]
        }
    }
}
