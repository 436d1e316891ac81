import AcquisitionModel
import GatewayCore
import GatewayTOML
import Testing

@testable import DareplaneGateway

@Suite struct ControlRoomConfigurationTests {
    /// Everything that a test names is there, but for what holds "missing".
    private static func read(_ text: String) throws -> ControlRoomConfiguration {
        let paths = PathLookup(folder: "/rig/configs", workingFolder: "/home/lab", home: "/home/lab") {
            !$0.contains("missing")
        }
        return try ControlRoomConfiguration(reading: TOMLDocument.table(of: text), paths: paths)
    }

    private static func problems(_ text: String) throws -> [String] {
        do {
            _ = try read(text)
            return []
        } catch let errors as ConfigurationErrors {
            return errors.problems.map(\.description)
        }
    }

    @Test func `The current form`() throws {
        let configuration = try Self.read(
            """
            [modules]
            modules_root = "../.."

            [modules.dp-streamer]
            kind = "python"
            type = "io_data"
            ip = "127.0.0.1"
            port = 8080
            retry_after_s = 0.5
            max_connect_retries = 5
            python_executable = "../venv/bin/python"
            args = ["fast", 3]
            [modules.dp-streamer.kwargs]
            stream_name = "EEG"
            is_test = true
            port = 1
            rate = 250.0

            [modules.tool]
            kind = "exe"
            path = "bin/tool"
            args = ["--verbose"]
            ip = "localhost"
            port = 8081

            [modules.far]
            kind = "conn_only"
            ip = "10.0.0.5"
            port = 8082
            pcomms = ["RUN", "HALT"]
            """
        )
        let streamer = ModuleConfiguration(
            name: "dp-streamer",
            launch: ModuleLaunch(
                executable: "/rig/configs/../venv/bin/python",
                arguments: [
                    "-m", "api.server", "fast", "3", "--stream_name=EEG", "--is_test=True", "--rate=250.0",
                    "--ip=127.0.0.1", "--port=8080",
                ],
                folder: "/rig/configs/../../dp-streamer",
                environment: ["PYTHONUNBUFFERED": "1"]
            ),
            address: ListenAddress(host: "127.0.0.1", port: 8080),
            retryAfter: .milliseconds(500),
            connectTries: 5
        )
        let tool = ModuleConfiguration(
            name: "tool",
            launch: ModuleLaunch(executable: "/rig/configs/bin/tool", arguments: ["--verbose"]),
            address: ListenAddress(host: "localhost", port: 8081)
        )
        let far = ModuleConfiguration(
            name: "far",
            address: ListenAddress(host: "10.0.0.5", port: 8082),
            commands: ["RUN", "HALT"]
        )
        #expect(configuration.modules == [streamer, tool, far])
    }

    @Test func `The form of before, where programs are only connected`() throws {
        let configuration = try Self.read(
            """
            [exe.modules.dp-ao-communication]
            type = 'io_data'
            path = 'missing/ao_comm.exe'
            ip = '127.0.0.1'
            port = 8081
            [exe.modules.dp-ao-communication.pcomms]
            STARTREC = ''
            SETPATH = '{"Path": "c:/data"}'

            [python]
            modules_root = '../'
            [python.modules.dp-copydraw]
            type = 'paradigm'
            port = 8084
            ip = '127.0.0.1'
            """
        )
        #expect(configuration.modules.map(\.name) == ["dp-copydraw", "dp-ao-communication"])
        let (copydraw, alphaOmega) = (configuration.modules[0], configuration.modules[1])
        #expect(copydraw.launch?.folder == "/rig/configs/../dp-copydraw")
        #expect(copydraw.launch?.executable == "python3")
        #expect(alphaOmega.launch == nil)
        #expect(alphaOmega.commands == ["STARTREC", "SETPATH"])
        #expect(alphaOmega.isAlphaOmega)
    }

    @Test func `Both forms in one file, the connection in a table of its own, and what is the control room's`() throws {
        let configuration = try Self.read(
            """
            [control_room]
            python = "/opt/python"
            liveness_interval = "500ms"
            stop_time = 1
            log_listen = "off"

            [modules.a]
            kind = "python"
            module = "a.server"
            semicolon = false
            cwd = "~/a"
            [modules.a.connection]
            type = "socket"
            ip = "127.0.0.1"
            port = 1

            [python.modules.b]
            cwd = "/b"
            ip = "127.0.0.1"
            port = 2
            """
        )
        #expect(configuration.modules.map(\.name) == ["a", "b"])
        #expect(configuration.modules.map(\.address.port) == [1, 2])
        #expect(configuration.modules.map(\.takesSemicolon) == [false, true])
        #expect(configuration.modules.map { $0.launch?.folder } == ["/home/lab/a", "/b"])
        #expect(configuration.modules.map { $0.launch?.executable } == ["/opt/python", "/opt/python"])
        #expect(configuration.modules[0].launch?.arguments.prefix(2) == ["-m", "a.server"])
        #expect(configuration.settings.livenessInterval == .milliseconds(500))
        #expect(configuration.settings.stopTime == .seconds(1))
        #expect(configuration.settings.logListen == nil)
        #expect(ControlRoomSettings().logListen == ListenAddress(host: "127.0.0.1", port: 9020))
    }

    @Test func `All mistakes at once, by line`() throws {
        let problems = try Self.problems(
            """
            [control_room]
            livenes_interval = 3
            [modules.a]
            kind = "pyton"
            ip = "127.0.0.1"
            port = 99999
            [modules.b]
            kind = "python"
            cwd = "missing"
            ip = "127.0.0.1"
            port = 1
            [modules.c]
            kind = "exe"
            port = 2
            [macros.m.cmds]
            first = ["bb", "GO"]
            second = ["b"]
            third = ["b", "GO", "speed"]
            [macros.n]
            name = "N"
            """
        )
        let expected = [
            "line 2: control_room.livenes_interval: is not known here; did you mean liveness_interval?",
            "line 4: modules.a.kind: must be one of \"python\", \"exe\", \"conn_only\", not \"pyton\"",
            "line 6: modules.a.port: must be a whole number from 1 to 65535, not 99999",
            "line 9: modules.b.cwd: leads to nothing: there is no 'missing' beside the file or in the working folder",
            "line 12: modules.c.ip: is missing: where the module listens, such as \"127.0.0.1\"",
            "line 12: modules.c.path: is missing: the program",
            "line 17: macros.m.cmds.second: must be [\"module\", \"PCOMM\", \"kwarg=parameter\", …]",
            "line 18: macros.m.cmds.third: 'speed' must be kwarg=parameter",
            "line 19: macros.n.cmds: is missing: the commands, such as first = [\"module\", \"PCOMM\", \"kwarg=parameter\"]",
        ]
        #expect(problems == expected)
    }

    @Test(arguments: [
        ("[modules.a]\nkind='conn_only'\nip='h'\nport=1\n[python.modules.a]\ncwd='/a'\nip='h'\nport=2", "other form"),
        (
            "[modules.a]\nkind='conn_only'\nip='h'\nport=1\n[modules.11a]\nkind='conn_only'\nip='h'\nport=2",
            "rename one"
        ),
        ("[modules.'a b']\nkind='conn_only'\nip='h'\nport=1", "no name for a module"),
        ("[modules.'a|b']\nkind='conn_only'\nip='h'\nport=1", "no name for a module"),
        ("[modules.a]\nkind='python'\nip='h'\nport=1", "modules_root for all modules"),
        ("[modules]\nmodules_root='missing'\n[modules.a]\nkind='python'\nip='h'\nport=1", "has no folder"),
        ("[modules.a]\nip='h'\nport=1", "kind: is missing"),
        ("[modules.a]\nkind='conn_only'\nip='h'\nport=1\nretry_connection_after_s='x'", "retry_connection_after_s"),
        ("[control_room]\nloglevel = 10", "loglevel: is not known here"),
        ("[control_room]\nanswer_time = 0", "1 ms at least"), ("[control_room]\nlog_listen = ':'", "is no address"),
    ])
    func `A mistake in the modules`(text: String, words: String) throws {
        let problems = try Self.problems(text)
        #expect(problems.count == 1)
        #expect(problems.first?.contains(words) == true, "\(problems)")
    }

    @Test func `A path is looked for beside the file, then in the working folder`() {
        let there: Set = ["/rig/configs/a", "/home/lab/b", "/home/lab/a", "/abs"]
        let paths = PathLookup(folder: "configs", workingFolder: "/rig", home: "/home/lab") { there.contains($0) }
        #expect(paths.find("a") == "/rig/configs/a")
        #expect(paths.find("./a") == "/rig/configs/a")
        #expect(paths.find("~/b") == "/home/lab/b")
        #expect(paths.find("/abs") == "/abs")
        #expect(paths.find("b") == nil)
        let other = PathLookup(folder: "/rig/configs", workingFolder: "/home/lab", home: nil) { there.contains($0) }
        #expect(other.find("b") == "/home/lab/b")
    }

    @Test func `Real files are found`() throws {
        let text = "[modules.a]\nkind = 'exe'\npath = '/bin/sh'\nip = '127.0.0.1'\nport = 1"
        let configuration = try ControlRoomConfiguration(reading: TOMLDocument.table(of: text))
        #expect(configuration.modules[0].launch?.executable == "/bin/sh")
    }
}
