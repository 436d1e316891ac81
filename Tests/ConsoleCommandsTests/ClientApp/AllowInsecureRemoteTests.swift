import AcquisitionRPC
import ArgumentParser
import Testing

@testable import ConsoleCommands

/// What `--allow-insecure-remote` comes to.
struct AllowInsecureRemoteTests {
    @Test(arguments: [
        ([], InsecureRemoteAccess.refused), (["--allow-insecure-remote"], .everywhere),
        (["--allow-insecure-remote", "docker0"], .interfaces(["docker0"])),
        (["--allow-insecure-remote", "docker0,br-lab"], .interfaces(["docker0", "br-lab"])),
        (["--allow-insecure-remote", "--bind", "docker0"], .everywhere),
        (["--bind", "docker0", "--allow-insecure-remote"], .everywhere),
    ])
    func isRead(_ arguments: [String], _ access: InsecureRemoteAccess) throws {
        let options = try ClientAppServiceOptions.parse(arguments).options(environment: [:])
        #expect(options.allowInsecureRemote == access)
    }

    @Test(arguments: ["docker0,", ",", "a,,b"])
    func whatNamesNoInterface(_ text: String) {
        #expect(throws: (any Error).self) { try ClientAppServiceOptions.parse(["--allow-insecure-remote", text]) }
    }
}
