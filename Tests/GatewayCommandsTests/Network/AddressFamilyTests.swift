import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing

/// The programs on machines with one family of addresses, and with names of their own: namespaces of the network, real
/// sockets, the system's resolver.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: TestNetwork.isToRun, "needs root and ip (iproute2)"))
struct AddressFamilyTests {
    private let ports = ["--subscriber-port", "5556", "--command-port", "5557", "--heartbeat-interval", "0.2"]

    /// Starts `client-app`, and waits until it runs.
    private func app(
        on machine: TestNetwork.Machine,
        _ arguments: [String],
        hosts: String? = nil
    ) async throws -> ToolProcess {
        let app = try machine.tool("client-app", ["--json"] + ports + arguments, hosts: hosts)
        _ = try await app.line { $0.contains("5557") }
        return app
    }

    private func console(
        on machine: TestNetwork.Machine,
        _ arguments: String...,
        hosts: String? = nil
    ) async throws -> (status: Int32, out: String, err: String) {
        let console = try machine.tool("remote-console", ["--timeout", "5s"] + arguments, hosts: hosts)
        let status = await console.status()
        return (status, console.outputSoFar, console.errorsSoFar)
    }

    @Test func aMachineWithoutIPv6UsesIPv4() async throws {
        try await TestNetwork.run { network in
            let rig = try await network.machine("a", hasIPv6: false)
            let hosts = "::1 localhost rig\n127.0.0.1 localhost rig"
            for bind in [["*", "--allow-insecure-remote"], ["localhost"], ["lo"], ["rig"]] {
                let app = try await app(on: rig, ["--bind"] + bind, hosts: hosts)
                for host in ["localhost", "rig", "127.0.0.1"] {
                    let run = try await console(on: rig, "--host", host, "status", hosts: hosts)
                    #expect(run.status == 0, "\(bind), \(host): \(run.err)")
                }
                app.send(signal: SIGTERM)
                _ = await app.status()
                if bind[0] == "*" {
                    #expect(app.errorsSoFar.contains("This machine has no IPv6"), "\(app.errorsSoFar)")
                }
            }
            let app = try rig.tool("client-app", ["--bind", "::1"] + ports)
            #expect(await app.status() == 1)
            #expect(app.errorsSoFar.contains("no address ::1"), "\(app.errorsSoFar)")
        }
    }

    @Test func aNameOfIPv6AloneIsReachedByEveryProgram() async throws {
        try await TestNetwork.run { network in
            let rig = try await network.machine("b")
            let hosts = "127.0.0.1 localhost\n::1 rig6\n203.0.113.77 away\n::1 both\n127.0.0.1 both"
            let app = try await app(on: rig, ["--bind", "rig6"], hosts: hosts)
            for host in ["rig6", "::1", "[::1]", "both"] {
                let run = try await console(on: rig, "--host", host, "status", hosts: hosts)
                #expect(run.status == 0, "\(host): \(run.err)")
            }
            let doctor = try await console(on: rig, "--host", "rig6", "doctor", "--heartbeat-wait", "10s", hosts: hosts)
            #expect(doctor.status == 0 && doctor.out.contains("'rig6' is ::1"), "\(doctor.out)")
            // What is at no address of the machine cannot be listened on.
            let away = try rig.tool("client-app", ["--bind", "away"] + ports, hosts: hosts)
            #expect(await away.status() == 1)
            #expect(away.errorsSoFar.contains("203.0.113.77, which is no address of this machine"))

            let arguments = ["dareplane", "--host", "rig6", "--listen", "both:0"]
            let gateway = try rig.tool("rpc-gateway", arguments, hosts: hosts)
            let line = try await gateway.line { $0.contains("listens on both:") }
            let port = try #require(line.split(separator: ":").last.map(String.init))
            for address in ["127.0.0.1", "::1"] {
                let hello = try await rig.shell(
                    "timeout 10 bash -c 'exec 3<>/dev/tcp/\(address)/\(port) && head -c 9 <&3'"
                )
                #expect(!hello.isEmpty, "\(address)")
            }
            gateway.send(signal: SIGTERM)
            _ = await gateway.status()
            app.send(signal: SIGTERM)
            _ = await app.status()
        }
    }

    @Test func everythingIsBothFamiliesForOtherMachinesToo() async throws {
        try await TestNetwork.run { network in
            let (rig, desk) = (try await network.machine("c"), try await network.machine("d"))
            try await network.connect(rig, "eth0", desk, "eth0")
            try await rig.ip("addr add 192.168.77.1/24 dev eth0")
            try await desk.ip("addr add 192.168.77.2/24 dev eth0")
            try await rig.ip("addr add fe80::77:1/64 dev eth0 nodad")
            for machine in [rig, desk] { try await machine.ip("link set eth0 up") }
            let hosts = "192.168.77.1 rig"
            for bind in ["*", "eth0", "fe80::77:1%eth0"] {
                let app = try await app(on: rig, ["--bind", bind, "--allow-insecure-remote"])
                let isScoped = bind.contains("%")
                for host in ["fe80::77:1%eth0", "[fe80::77:1%eth0]"] + (isScoped ? [] : ["192.168.77.1", "rig"]) {
                    let run = try await console(on: desk, "--host", host, "status", hosts: hosts)
                    #expect(run.status == 0, "\(bind), \(host): \(run.err)")
                }
                let doctor = try await console(on: desk, "--host", "fe80::77:1%eth0", "--json", "doctor")
                #expect(doctor.status == 0, "\(doctor.out)")
                app.send(signal: SIGTERM)
                _ = await app.status()
            }
        }
    }

    @Test func aNameThatDoesNotResolveIsToldAtOnceByAll() async throws {
        try await TestNetwork.run { network in
            // Without a name server that could be asked.
            let desk = try await network.machine("e")
            for command in [["status"], ["ping"], ["events"], ["send", "1"], ["emergency", "stop"]] {
                let began = ContinuousClock.now
                let console = try desk.tool("remote-console", ["--host", "rig-9", "--timeout", "30s"] + command)
                #expect(await console.status() == 3)
                #expect(console.errorsSoFar.contains("'rig-9'"), "\(command): \(console.errorsSoFar)")
                #expect(!console.errorsSoFar.contains("There is no application"), "\(command)")
                #expect(ContinuousClock.now - began < .seconds(15), "\(command)")
            }
            // What goes on all the same says it too.
            let watch = try await console(on: desk, "--host", "rig-9", "watch", "--count", "3")
            #expect(watch.status == 0 && watch.out.contains("'rig-9'"), "\(watch.out)")
            let waiting = try desk.tool("remote-console", ["--host", "rig-9", "events", "--wait"])
            #expect(await becomes { waiting.errorsSoFar.contains("'rig-9'") })
            waiting.send(signal: SIGTERM)
            _ = await waiting.status()
            let prompt = try desk.tool("remote-console", ["--host", "rig-9"])
            #expect(await becomes { prompt.errorsSoFar.contains("'rig-9'") })
            try prompt.closeInput()
            _ = await prompt.status()
            let doctor = try await console(on: desk, "--host", "rig-9", "doctor")
            #expect(doctor.status == 3)
            #expect(doctor.out.components(separatedBy: "'rig-9'").count == 2, "\(doctor.out)")
            #expect(!doctor.out.contains("port:"), "\(doctor.out)")
            let gateway = try desk.tool("rpc-gateway", ["dareplane", "--host", "rig-9", "--listen", "127.0.0.1:0"])
            #expect(await becomes { gateway.errorsSoFar.contains("'rig-9'") }, "\(gateway.errorsSoFar)")
            gateway.send(signal: SIGTERM)
            _ = await gateway.status()
            let bound = try desk.tool("client-app", ["--bind", "rig-9"])
            #expect(await bound.status() == 1)
            #expect(bound.errorsSoFar.contains("'rig-9'") && bound.errorsSoFar.contains("there are lo"))
        }
    }
}
